#pragma once
/// @file
/// The elementwise part of the hand-written peer, a row at a time, in loops that the compiler
/// vectorises. Derivatives are written by hand. The pragma tells the compiler that
/// the gates, @p n entries apart, do not overlap.

#include <cmath>

namespace rondo::bench::hand {

/// One row of the arrays of a cell's forward step. Gates are side by side, @p n entries each.
struct row {
    long n;
    float* gates;            ///< before: sums of the products; after: activated
    float const* recurrent;  ///< the GRU's products with the state
    float const* bias;
    float const* peephole_i;
    float const* peephole_o;
    float const* h_old;
    float const* c_old;
    float* h_new;
    float* c_new;
    float* kept;  ///< tanh of the new memory; of the GRU, the factor of the reset gate
};

/// One row of the arrays of a cell's backward step.
struct row_back {
    float const* dy;
    float* d_gates;      ///< before their activation
    float* d_recurrent;  ///< the GRU's
    float* dh;           ///< before: of the new state from later steps; after: without the product's part
    float* dc;           ///< before: of the new memory; after: of the old
    float* d_peephole_i;
    float* d_peephole_o;
};

inline float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }
inline float tanh(float x) { return 1 - 2 / (1 + std::exp(2 * x)); }

/// The LSTM.
struct lstm {
    static void forward(row const& r)
    {
        long const n = r.n;
        float* const __restrict g = r.gates;
        float const* const __restrict b = r.bias;
        float const* const __restrict c_old = r.c_old;
        float* const __restrict h = r.h_new;
        float* const __restrict c = r.c_new;
        float* const __restrict kept = r.kept;
#pragma omp simd
        for (long j = 0; j < n; ++j) {
            float const in = sigmoid(g[j] + b[j]);
            float const forget = sigmoid(g[n + j] + b[n + j]);
            float const candidate = tanh(g[2 * n + j] + b[2 * n + j]);
            float const out = sigmoid(g[3 * n + j] + b[3 * n + j]);
            float const memory = forget * c_old[j] + in * candidate;
            float const seen = tanh(memory);
            g[j] = in;
            g[n + j] = forget;
            g[2 * n + j] = candidate;
            g[3 * n + j] = out;
            c[j] = memory;
            kept[j] = seen;
            h[j] = out * seen;
        }
    }
    static void backward(row const& r, row_back const& d)
    {
        long const n = r.n;
        float const* const __restrict g = r.gates;
        float const* const __restrict c_old = r.c_old;
        float const* const __restrict kept = r.kept;
        float const* const __restrict dy = d.dy;
        float* const __restrict dg = d.d_gates;
        float* const __restrict dh = d.dh;
        float* const __restrict dc = d.dc;
#pragma omp simd
        for (long j = 0; j < n; ++j) {
            float const in = g[j];
            float const forget = g[n + j];
            float const candidate = g[2 * n + j];
            float const out = g[3 * n + j];
            float const seen = kept[j];
            float const d_h = dy[j] + dh[j];
            float const d_c = dc[j] + d_h * out * (1 - seen * seen);
            dg[j] = d_c * candidate * in * (1 - in);
            dg[n + j] = d_c * c_old[j] * forget * (1 - forget);
            dg[2 * n + j] = d_c * in * (1 - candidate * candidate);
            dg[3 * n + j] = d_h * seen * out * (1 - out);
            dc[j] = d_c * forget;
            dh[j] = 0;
        }
    }
};

/// The LSTM with peepholes and a forget gate that is 1 - i.
struct custom {
    static void forward(row const& r)
    {
        long const n = r.n;
        float* const __restrict g = r.gates;
        float const* const __restrict b = r.bias;
        float const* const __restrict p_i = r.peephole_i;
        float const* const __restrict p_o = r.peephole_o;
        float const* const __restrict c_old = r.c_old;
        float* const __restrict h = r.h_new;
        float* const __restrict c = r.c_new;
        float* const __restrict kept = r.kept;
#pragma omp simd
        for (long j = 0; j < n; ++j) {
            float const in = sigmoid(g[j] + b[j] + p_i[j] * c_old[j]);
            float const candidate = tanh(g[n + j] + b[n + j]);
            float const memory = c_old[j] + in * (candidate - c_old[j]);
            float const out = sigmoid(g[2 * n + j] + b[2 * n + j] + p_o[j] * memory);
            float const seen = tanh(memory);
            g[j] = in;
            g[n + j] = candidate;
            g[2 * n + j] = out;
            c[j] = memory;
            kept[j] = seen;
            h[j] = out * seen;
        }
    }
    static void backward(row const& r, row_back const& d)
    {
        long const n = r.n;
        float const* const __restrict g = r.gates;
        float const* const __restrict p_i = r.peephole_i;
        float const* const __restrict p_o = r.peephole_o;
        float const* const __restrict c_old = r.c_old;
        float const* const __restrict c_new = r.c_new;
        float const* const __restrict kept = r.kept;
        float const* const __restrict dy = d.dy;
        float* const __restrict dg = d.d_gates;
        float* const __restrict dh = d.dh;
        float* const __restrict dc = d.dc;
        float* const __restrict dp_i = d.d_peephole_i;
        float* const __restrict dp_o = d.d_peephole_o;
#pragma omp simd
        for (long j = 0; j < n; ++j) {
            float const in = g[j];
            float const candidate = g[n + j];
            float const out = g[2 * n + j];
            float const seen = kept[j];
            float const d_h = dy[j] + dh[j];
            float const d_out = d_h * seen * out * (1 - out);
            float const d_c = dc[j] + d_h * out * (1 - seen * seen) + d_out * p_o[j];
            float const d_in = d_c * (candidate - c_old[j]) * in * (1 - in);
            dg[j] = d_in;
            dg[n + j] = d_c * in * (1 - candidate * candidate);
            dg[2 * n + j] = d_out;
            dp_i[j] += d_in * c_old[j];
            dp_o[j] += d_out * c_new[j];
            dc[j] = d_c * (1 - in) + d_in * p_i[j];
            dh[j] = 0;
        }
    }
};

/// The GRU that resets after the product; gates z, r, candidate, and a fourth bias inside the
/// reset.
struct gru {
    static void forward(row const& r)
    {
        long const n = r.n;
        float* const __restrict g = r.gates;
        float const* const __restrict u = r.recurrent;
        float const* const __restrict b = r.bias;
        float const* const __restrict h_old = r.h_old;
        float* const __restrict h = r.h_new;
        float* const __restrict kept = r.kept;
#pragma omp simd
        for (long j = 0; j < n; ++j) {
            float const update = sigmoid(g[j] + u[j] + b[j]);
            float const reset = sigmoid(g[n + j] + u[n + j] + b[n + j]);
            float const inner = u[2 * n + j] + b[3 * n + j];
            float const candidate = tanh(g[2 * n + j] + b[2 * n + j] + reset * inner);
            g[j] = update;
            g[n + j] = reset;
            g[2 * n + j] = candidate;
            kept[j] = inner;
            h[j] = candidate + update * (h_old[j] - candidate);
        }
    }
    static void backward(row const& r, row_back const& d)
    {
        long const n = r.n;
        float const* const __restrict g = r.gates;
        float const* const __restrict h_old = r.h_old;
        float const* const __restrict kept = r.kept;
        float const* const __restrict dy = d.dy;
        float* const __restrict dg = d.d_gates;
        float* const __restrict du = d.d_recurrent;
        float* const __restrict dh = d.dh;
#pragma omp simd
        for (long j = 0; j < n; ++j) {
            float const update = g[j];
            float const reset = g[n + j];
            float const candidate = g[2 * n + j];
            float const d_h = dy[j] + dh[j];
            float const d_update = d_h * (h_old[j] - candidate) * update * (1 - update);
            float const d_candidate = d_h * (1 - update) * (1 - candidate * candidate);
            float const d_reset = d_candidate * kept[j] * reset * (1 - reset);
            dg[j] = d_update;
            du[j] = d_update;
            dg[n + j] = d_reset;
            du[n + j] = d_reset;
            dg[2 * n + j] = d_candidate;
            du[2 * n + j] = d_candidate * reset;
            dh[j] = d_h * update;
        }
    }
};

}  // namespace rondo::bench::hand
