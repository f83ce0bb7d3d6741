#pragma once
/// @file
/// Cells with several inputs or outputs, for tests of runs.

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
