#pragma once
/// @file
/// Cells with several inputs, for tests of layers.

#include <rondo/lang/cell.hpp>

namespace rondo::test {

/// A vector and the time since the step before.
struct gapped {
    struct given {
        vec<input> x;
        scalar gap;
        RONDO_MEMBERS(x, gap);
    };
    weight<input, input> W;
    weight<input> decay;
    RONDO_MEMBERS(W, decay);

    constexpr auto operator()(given in, vec<input> h) const
    {
        return next{tanh(W * in.x + sigmoid(decay * in.gap) * h)};
    }
};

/// The output of the layer before, and the input of the first layer.
struct skipping {
    struct given {
        vec<hidden> below;
        vec<input> x;
        RONDO_MEMBERS(below, x);
    };
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(given in, vec<hidden> h) const
    {
        return next{tanh(W * in.x + 0.5 * h * in.below)};
    }
};

}  // namespace rondo::test
