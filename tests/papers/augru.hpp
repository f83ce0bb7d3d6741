#pragma once
/// @file
/// AUGRU, a GRU whose update gate is scaled by an attention score: Zhou et al., "Deep Interest Evolution
/// Network for Click-Through Rate Prediction", arXiv 1809.03672.
///
/// The authors' own code differs: its update gate keeps the old state, (1 - score) * u, and its candidate
/// multiplies the state by the reset gate before the product.

#include <rondo/cell/gate.hpp>
#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// The score is one number for each step: how much the step matters.
struct augru {
    struct scored {
        vec<input> x;
        scalar score;
        RONDO_MEMBERS(x, score);
    };
    gate<> u, r;
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(u, r, W, U, b);

    constexpr auto operator()(scored in, vec<hidden> h) const
    {
        auto update = in.score * sigmoid(u(in.x, h));
        auto candidate = tanh(W * in.x + sigmoid(r(in.x, h)) * (U * h) + b);
        return next{(1 - update) * h + update * candidate};
    }
};

}  // namespace rondo::papers
