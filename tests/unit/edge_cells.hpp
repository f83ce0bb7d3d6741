#pragma once
/// @file
/// Cells that each test one special case of a run: structures that no cell of the gallery has.

#include <rondo/lang/cell.hpp>

#include <array>

namespace rondo::test {

using namespace check_internal;

/// A weight used elementwise, and a gate that reads the new memory: the oracle's peephole cell, an
/// LSTM whose forget gate is 1 - i.
struct peephole {
    weight<hidden, input> W_i, W_g, W_o;
    weight<hidden, hidden> U_i, U_g, U_o;
    bias<hidden> b_i, b_g, b_o;
    weight<hidden> p_i, p_o;
    RONDO_MEMBERS(W_i, W_g, W_o, U_i, U_g, U_o, b_i, b_g, b_o, p_i, p_o);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        auto i = sigmoid(W_i * x + U_i * h + b_i + p_i * c);
        auto g = tanh(W_g * x + U_g * h + b_g);
        auto c_next = (1 - i) * c + i * g;
        auto o = sigmoid(W_o * x + U_o * h + b_o + p_o * c_next);
        return next{o * tanh(c_next), c_next};
    }
};

/// A scalar state, scalar weights, an inner product.
struct leaky_counter {
    weight<input> w{};
    weight<> decay{};
    bias<> b{};
    RONDO_MEMBERS(w, decay, b);

    constexpr auto operator()(vec<input> x, scalar s) const { return next{tanh(decay * s + dot(w, x) + b)}; }
};

/// Scalars only: no dimension at all.
struct logistic_map {
    weight<> rate;
    RONDO_MEMBERS(rate);

    constexpr auto operator()(scalar x, scalar s) const
    {
        return next{sigmoid(rate) * s * (1 - s) + 0.1 * x};
    }
};

/// One matrix at the input and, transposed, at the output: its gradient has two parts.
struct tied {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto h_next = tanh(W * x + U * h);
        return next{h_next}.output(transpose(W) * h_next);
    }
};

/// One matrix and its transpose inside the loop, one after the other.
struct reflecting {
    weight<output, hidden> A;
    weight<hidden, input> W;
    RONDO_MEMBERS(A, W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * x - transpose(A) * tanh(A * h))};
    }
};

/// A read-out of both the new and the old state, with the same matrix.
struct reading_out {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<output, hidden> V;
    bias<output> b;
    RONDO_MEMBERS(W, U, V, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto h_next = tanh(W * x + U * h);
        return next{h_next}.output(V * h_next + V * h + b);
    }
};

/// No states: a feed-forward layer.
struct affine {
    weight<output, input> V;
    bias<output> b;
    RONDO_MEMBERS(V, b);

    constexpr auto operator()(vec<input> x) const { return next{}.output(V * x + b); }
};

/// No parameters, no recurrence: the input two steps ago.
struct delay_line {
    constexpr auto operator()(vec<input> x, vec<input> last, vec<input> before) const
    {
        return next{x, last}.output(before);
    }
};

/// The gradient of the input is as long as that of a state, and one stage computes both.
struct amplifying {
    weight<input> w;
    RONDO_MEMBERS(w);

    constexpr auto operator()(vec<input> x, vec<input> mixed, vec<input> gain) const
    {
        return next{0.5 * mixed + gain * x, w};
    }
};

/// The state does not change, and is the output.
struct unchanging {
    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{h}; }
};

/// The state becomes a parameter; the output is the input.
struct forgetful {
    bias<hidden> b;
    RONDO_MEMBERS(b);

    constexpr auto operator()(vec<input> x, vec<hidden>) const { return next{b}.output(x); }
};

/// A state that is the result of a relu.
struct rectified {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{relu(W * x + U * h + b)}; }
};

/// Kinks of relu and abs outside the loop as well.
struct folded {
    weight<hidden, input> W;
    weight<hidden> u;
    RONDO_MEMBERS(W, u);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto h_next = tanh(abs(W * x) - u * h);
        return next{h_next}.output(abs(h_next) + relu(u * h_next));
    }
};

/// The output does not depend on the state, which enters a loss only as the final state.
struct memoryless {
    weight<output, input> V;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(V, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(U * h)}.output(V * x); }
};

/// The input is not used, and neither is a parameter.
struct autonomous {
    weight<hidden, hidden> U;
    bias<hidden> b;
    weight<hidden, input> unused;
    RONDO_MEMBERS(U, b, unused);

    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{tanh(U * h + b)}; }
};

/// More products that share an operand than a tile has columns, in a stage and in the gradient;
/// every function that a step can use.
struct crowded {
    weight<hidden, input> W1, W2, W3, W4, W5;
    weight<hidden, hidden> U1, U2, U3, U4, U5;
    bias<hidden> b;
    RONDO_MEMBERS(W1, W2, W3, W4, W5, U1, U2, U3, U4, U5, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = exp(tanh(W1 * x + U1 * h));
        auto c = log(1.5 + square(W2 * x + U2 * h));
        auto d = sqrt(1 + square(W3 * x - U3 * h + b));
        auto e = -sigmoid(W4 * x + U4 * h) / d;
        return next{tanh(a * e + c - (W5 * x - U5 * h) / 2)};
    }
};

/// A matrix, a vector and a number that are not trained, between parameters that are.
struct legendre {
    constant<hidden, hidden> A;
    constant<hidden> B;
    weight<input> e;
    constant<> rate;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(A, B, e, rate, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> m) const
    {
        return next{m + rate * (A * m + B * dot(e, x)) + tanh(U * m + b)};
    }
};

/// The step of legendre with everything trained.
struct trained_legendre {
    weight<hidden, hidden> A;
    weight<hidden> B;
    weight<input> e;
    weight<> rate;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(A, B, e, rate, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> m) const
    {
        return next{m + rate * (A * m + B * dot(e, x)) + tanh(U * m + b)};
    }
};

/// Parameters of all kinds with first values, one of them in a nested cell.
struct primed {
    weight<hidden, input> W = first_value(0.25);
    weight<hidden> gain = first_value(1);
    bias<hidden> b = first_value(-2);
    constant<> rate = first_value(0.5);
    weight<hidden, hidden> U;
    leaky_counter inner{.decay = first_value(0.75)};
    RONDO_MEMBERS(W, gain, b, rate, U, inner);

    constexpr auto operator()(vec<input> x, vec<hidden> h, scalar s) const
    {
        auto [s_next] = inner(x, s);
        return next{tanh(gain * (W * x + rate * (U * h)) + b) * s_next, s_next};
    }
};

/// One of several layers within a step.
struct dense_layer {
    weight<hidden, hidden> W;
    bias<hidden> b = first_value(0.5);
    RONDO_MEMBERS(W, b);

    constexpr auto operator()(vec<hidden> v) const { return tanh(W * v + b); }
};

/// Arrays of cells and of parameters, and a loop over each.
struct of_arrays {
    weight<hidden, input> V;
    std::array<dense_layer, 3> layers;
    std::array<weight<hidden>, 2> gains{first_value(1), first_value(2)};
    RONDO_MEMBERS(V, layers, gains);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto v = V * x + h;
        for (dense_layer const& layer : layers) {
            v = layer(v);
        }
        for (weight<hidden> const& gain : gains) {
            v = v + gain * v;
        }
        return next{tanh(v)};
    }
};

}  // namespace rondo::test
