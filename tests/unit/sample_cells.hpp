#pragma once
/// @file
/// Hand-made cells that each test one special case of the passes, and functions that trace them.

#include "joining_cells.hpp"
#include "random_program.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/lang/cell.hpp>
#include <rondo/lang/trace.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rondo::test {

using namespace check_internal;

struct attention : dimension {
    using dimension::dimension;
};

/// Two uses of the reset gate's product, a gate on both sides of the candidate.
struct gru {
    weight<hidden, input> W_r, W_z, W_n;
    weight<hidden, hidden> U_r, U_z, U_n;
    bias<hidden> b_r, b_z, b_n, c_n;
    RONDO_MEMBERS(W_r, W_z, W_n, U_r, U_z, U_n, b_r, b_z, b_n, c_n);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto r = sigmoid(W_r * x + U_r * h + b_r);
        auto z = sigmoid(W_z * x + U_z * h + b_z);
        auto n = tanh(W_n * x + b_n + r * (U_n * h + c_n));
        return next{(1 - z) * n + z * h};
    }
};

/// The reset gate stands between two products: two products in a row within one step.
struct gru_reset_before {
    weight<hidden, input> W_r, W_n;
    weight<hidden, hidden> U_r, U_n;
    bias<hidden> b_r;
    RONDO_MEMBERS(W_r, W_n, U_r, U_n, b_r);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto r = sigmoid(W_r * x + U_r * h + b_r);
        return next{tanh(W_n * x + U_n * (r * h))};
    }
};

/// A reduction of values that are recomputed from a scalar, which is also an output: the scalar must be
/// computed before.
struct gauging {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h, scalar) const
    {
        auto gauge = sqrt(mean(square(h)) + 1);
        return next{tanh(W * x + h - mean(h * (1 - gauge))), gauge};
    }
};

/// Reductions before the loop and, backward, behind it: stages without products that follow each other.
struct input_normalised {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<hidden> gain;
    RONDO_MEMBERS(W, U, gain);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = W * x;
        auto centred = a - mean(a);
        return next{tanh(gain * centred / sqrt(mean(square(centred)) + 1e-3) + U * h)};
    }
};

/// Reductions inside the loop, a scalar gain, a vector gain.
struct normalised {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<hidden> gain;
    weight<> temperature;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, gain, temperature, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = W * x + U * h;
        auto centred = a - mean(a);
        auto scaled = gain * centred / sqrt(mean(square(centred)) + 1e-3) + b;
        return next{tanh(temperature * scaled)};
    }
};

/// Reductions of products and, beside the products, of values that are available before them.
struct measuring {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = W * x + U * h;
        auto scale = sqrt(mean(square(h)) + 1);
        return next{tanh(a - mean(a)) + sigmoid(a) * h / scale};
    }
};

/// A softmax, a transposed product, three dimensions, and an output of its own.
struct attending {
    weight<attention, hidden> K;
    weight<hidden, input> W;
    weight<output, hidden> V;
    bias<output> b;
    RONDO_MEMBERS(K, W, V, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto e = exp(K * h);
        auto mixed = transpose(K) * (e / sum(e));
        auto h_next = tanh(W * x + mixed);
        return next{h_next}.output(V * h_next + b);
    }
};

/// A delay line: states that do not recur, and a diagonal one behind them.
struct delay_chain {
    weight<input> decay;
    bias<> offset;
    RONDO_MEMBERS(decay, offset);

    constexpr auto operator()(vec<input> x, vec<input> last, vec<input> before, vec<input> average) const
    {
        return next{x, last, sigmoid(decay) * average + before + offset}.output(average - last);
    }
};

/// Two states that are swapped: a loop without any work in it.
struct swapping {
    constexpr auto operator()(vec<hidden>, vec<hidden> a, vec<hidden> b) const { return next{b, a}; }
};

/// Layers: the second reads the new state of the first, a read-out follows.
struct stacked {
    lstm<hidden, input> first;
    lstm<attention, hidden> second;
    weight<output, attention> V;
    RONDO_MEMBERS(first, second, V);

    constexpr auto operator()(vec<input> x, vec<hidden> h1, vec<hidden> c1, vec<attention> h2,
                              vec<attention> c2) const
    {
        auto [a1, b1] = first(x, h1, c1);
        auto [a2, b2] = second(a1, h2, c2);
        return next{a1, b1, a2, b2}.output(V * a2);
    }
};

/// Small sizes for the dimensions of a cell, distinct unless the step reads them as each other.
inline sizes small_sizes(signature const& shapes)
{
    sizes s = sizes_of({3, 2, 4, 5, 6, 7});
    for (equal_dimensions const& e : shapes.equal) {
        auto const [low, high] = std::minmax({e.one, e.other});
        s.along[static_cast<std::size_t>(high)] = s[low];
    }
    for (std::size_t d = 0; d < shapes.sizes.size(); ++d) {
        size_rule const& info = shapes.sizes[d];
        s.along[d] = info.is_bound ? s.along[d] : s[info.first] + (info.is_joined() ? s[info.last] : 0);
    }
    return s;
}

/// Traces a cell at run time, and gives its dimensions small, distinct sizes.
template <class Cell>
sample_program sample()
{
    traced_step t = trace<Cell>();  // not const: g++ would trace it at compile time
    sample_program s{};
    s.step = t.step;
    s.size = small_sizes(t.shapes);
    for (sequence_info const& x : t.shapes.inputs) {
        s.inputs.push_back(x.shape);
        s.is_symbol.push_back(x.is_symbol);
    }
    s.states.assign(t.shapes.states.begin(), t.shapes.states.end());
    for (parameter_info const& p : t.shapes.parameters) {
        s.parameters.push_back(p.shape);
    }
    return s;
}

/// A hand-made cell with its name.
struct named_sample {
    std::string_view name;
    sample_program cell;
};
inline std::vector<named_sample> sample_cells()
{
    return {{"lstm", sample<lstm<>>()},
            {"gru", sample<gru>()},
            {"gru_reset_before", sample<gru_reset_before>()},
            {"normalised", sample<normalised>()},
            {"measuring", sample<measuring>()},
            {"attending", sample<attending>()},
            {"delay_chain", sample<delay_chain>()},
            {"swapping", sample<swapping>()},
            {"stacked", sample<stacked>()},
            {"joined_lstm", sample<joined_lstm>()},
            {"joining_gru", sample<joining_gru>()},
            {"exchanging", sample<exchanging>()},
            {"scanning_parts", sample<scanning_parts>()}};
}

/// Calls `f(program, label)` for the hand-made cells and @p count random programs. The label says how
/// to reproduce the program.
template <class F>
void for_each_sample(unsigned count, F f)
{
    for (named_sample const& s : sample_cells()) {
        f(s.cell, std::string("cell ") + std::string(s.name));
    }
    for (unsigned seed = 1; seed <= count; ++seed) {
        f(random_program(seed), "random_program(" + std::to_string(seed) + ")");
    }
}

/// Calls @p f with the samples of for_each_sample() and then with random steps that have matrices: a fifth as
/// many as others, at most 200.
template <class F>
void for_each_program(unsigned count, F f)
{
    for_each_sample(count, f);
    for (unsigned seed = 1; seed <= std::min(count / 5, 200U); ++seed) {
        f(random_matrix_program(seed), "random_matrix_program(" + std::to_string(seed) + ")");
    }
}

}  // namespace rondo::test
