#pragma once
/// @file
/// The cell `tiny` as plain loops over one sequence, forwards and back: an oracle.

#include "tiny.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace rondo::test {

/// One step's vectors, in double.
struct plain_step {
    std::array<double, features> x{}, y{};
    std::array<double, width> h{}, c{}, g{};
};

/// The gradient of one sequence, added to that of others.
struct plain_gradient {
    std::array<std::array<double, features>, width> W{};
    std::array<std::array<double, width>, width> U{};
    std::array<std::array<double, width>, features> V{};
    std::array<double, width> b{};
};

/// A sequence and its derivatives.
struct plain_sequence {
    std::vector<plain_step> steps{};
    std::array<double, width> h{}, c{};  ///< the states, at first the initial and then the final ones
    std::vector<std::array<double, features>> dy{}, dx{};
    std::array<double, width> dh{}, dc{};  ///< at first of the final and then of the initial states
};

/// Runs @p s forwards.
inline void run_plainly(parameters<tiny, float> const& p, plain_sequence& s)
{
    using namespace literals;
    for (plain_step& t : s.steps) {
        t.h = s.h;
        t.c = s.c;
        for (std::size_t i = 0; i < width; ++i) {
            double sum = p["b"_s](i);
            for (std::size_t j = 0; j < features; ++j) {
                sum += p["W"_s](i, j) * t.x[j];
            }
            for (std::size_t j = 0; j < width; ++j) {
                sum += p["U"_s](i, j) * t.h[j];
            }
            t.g[i] = std::tanh(sum);
            s.h[i] = t.g[i];
            s.c[i] = 0.5 * t.c[i] + t.g[i];
        }
        for (std::size_t k = 0; k < features; ++k) {
            t.y[k] = 0;
            for (std::size_t i = 0; i < width; ++i) {
                t.y[k] += p["V"_s](k, i) * (t.g[i] + t.c[i]);
            }
        }
    }
}

/// Goes back over @p s, and adds to the gradient of the parameters.
inline void go_back_plainly(parameters<tiny, float> const& p, plain_sequence& s, plain_gradient& sum)
{
    using namespace literals;
    s.dx.assign(s.steps.size(), {});
    for (std::size_t t = s.steps.size(); t-- > 0;) {
        plain_step const& now = s.steps[t];
        std::array<double, width> da{};
        for (std::size_t i = 0; i < width; ++i) {
            double from_output = 0;
            for (std::size_t k = 0; k < features; ++k) {
                from_output += p["V"_s](k, i) * s.dy[t][k];
                sum.V[k][i] += s.dy[t][k] * (now.g[i] + now.c[i]);
            }
            da[i] = (from_output + s.dh[i] + s.dc[i]) * (1 - now.g[i] * now.g[i]);
            s.dc[i] = from_output + 0.5 * s.dc[i];
            sum.b[i] += da[i];
        }
        s.dh = {};
        for (std::size_t i = 0; i < width; ++i) {
            for (std::size_t j = 0; j < features; ++j) {
                s.dx[t][j] += p["W"_s](i, j) * da[i];
                sum.W[i][j] += da[i] * now.x[j];
            }
            for (std::size_t j = 0; j < width; ++j) {
                s.dh[j] += p["U"_s](i, j) * da[i];
                sum.U[i][j] += da[i] * now.h[j];
            }
        }
    }
}

}  // namespace rondo::test
