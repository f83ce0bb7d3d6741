#pragma once
/// @file
/// Cells with several inputs or outputs, for tests of runs.

#include <rondo/cell/gate.hpp>
#include <rondo/lang/cell.hpp>

namespace rondo::test {

/// Three inputs of two dimensions and a number, of which the mask has no gradient, and three outputs: a
/// state, a read-out along another dimension and a number.
struct observing {
    struct observed {
        vec<input> x;
        vec<output> mask;
        scalar gap;
        RONDO_MEMBERS(x, mask, gap);
    };
    weight<hidden, input> W;
    weight<hidden, output> M;
    weight<hidden, hidden> U;
    weight<output, hidden> V;
    bias<hidden> b;
    weight<hidden> decay;
    RONDO_MEMBERS(W, M, U, V, b, decay);

    constexpr auto operator()(observed in, vec<hidden> h, vec<input> last) const
    {
        auto const faded = exp(-relu(decay * in.gap)) * h;
        auto const next_h = tanh(W * (in.x - 0.5 * last) + M * in.mask + U * faded + b);
        return next{next_h, in.x}.outputs("state"_s = next_h, "read"_s = V * next_h + in.mask,
                                          "energy"_s = mean(square(next_h)) * in.gap);
    }
};

/// The input that no operation uses, and the output that is an input.
struct ignoring {
    struct given {
        vec<input> used;
        vec<output> ignored;
        scalar passed;
        RONDO_MEMBERS(used, ignored, passed);
    };
    weight<hidden, input> W;
    weight<hidden> decay;
    RONDO_MEMBERS(W, decay);

    constexpr auto operator()(given in, vec<hidden> h) const
    {
        auto const next_h = decay * h + W * in.used;
        return next{next_h}.outputs("h"_s = next_h, "again"_s = in.passed);
    }
};

/// The gradients of both inputs are as long as that of a state, and one stage computes all three.
struct amplifying_both {
    struct given {
        vec<input> x, added;
        RONDO_MEMBERS(x, added);
    };
    weight<input> w;
    RONDO_MEMBERS(w);

    constexpr auto operator()(given in, vec<input> mixed, vec<input> gain) const
    {
        return next{0.5 * mixed + gain * in.x + 2 * in.added, w};
    }
};

/// A long short-term memory whose states have names, in the order of those of lstm.
struct named_lstm {
    struct state {
        vec<hidden> h, c;
        RONDO_MEMBERS(h, c);
    };
    gate<hidden, input> i, f, g, o;
    RONDO_MEMBERS(i, f, g, o);

    constexpr auto operator()(vec<input> x, state s) const
    {
        auto const forget = sigmoid(f(x, s.h)) * s.c;
        auto const c = forget + sigmoid(i(x, s.h)) * tanh(g(x, s.h));
        auto const h = sigmoid(o(x, s.h)) * tanh(c);
        return next{state{.h = h, .c = c}};
    }
};

/// A state of its own between two structs of states, and states by start().
struct of_three_arguments {
    struct fast {
        vec<hidden> a;
        scalar count;
        RONDO_MEMBERS(a, count);
    };
    struct slow {
        vec<hidden> b;
        RONDO_MEMBERS(b);
    };
    weight<hidden, input> W;
    weight<hidden> first;
    RONDO_MEMBERS(W, first);

    constexpr auto start() const { return next{fast{first, sum(first)}, 0 * first, slow{2 * first}}; }
    constexpr auto operator()(vec<input> x, fast f, vec<hidden> middle, slow s) const
    {
        f.a = tanh(W * x + 0.5 * f.a) * f.count;
        f.count *= 0.9;
        s.b += middle;
        return next{f, f.a, s}.output(f.a + s.b);
    }
};

/// A symbol that is looked up in a row of one matrix and a column of another, and a number.
template <class Symbol>
struct reading {
    struct given {
        Symbol symbol;
        scalar gain;
        RONDO_MEMBERS(symbol, gain);
    };
    weight<output, hidden> E;
    weight<hidden, output> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(E, W, U, b);

    constexpr auto operator()(given in, vec<hidden> h) const
    {
        return next{tanh(transpose(E) * in.symbol + U * h + b) * sigmoid(in.gain * (W * in.symbol))};
    }
};
using reading_symbols = reading<one_hot<output>>;
using reading_vectors = reading<vec<output>>;

/// The equations of a cell with one input and one output, both with names.
template <class Cell>
struct with_names {
    struct given {
        vec<input> only;
        RONDO_MEMBERS(only);
    };
    Cell cell;
    RONDO_MEMBERS(cell);

    constexpr auto operator()(given in, vec<hidden> h, vec<hidden> c) const
    {
        auto const [new_h, new_c] = cell(in.only, h, c);
        return next{new_h, new_c}.outputs("y"_s = new_h);
    }
};

}  // namespace rondo::test
