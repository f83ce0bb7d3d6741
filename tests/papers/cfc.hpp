#pragma once
/// @file
/// CfC, the closed form of a liquid time-constant network: Hasani et al., "Closed-form Continuous-time Neural
/// Models", arXiv 2106.13898, with a shared backbone.
///
/// The authors' own code gives the time gate a bias that is multiplied by no time, and scales the tanh of the
/// backbone by 1.7159 and its argument by 0.666.

#include <rondo/cell/gate.hpp>
#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// The entries of the layer that the three heads of a CfC share.
struct backbone : dimension {
    using dimension::dimension;
};

/// The gap is the time since the last step.
struct cfc {
    struct timed {
        vec<input> x;
        scalar gap;
        RONDO_MEMBERS(x, gap);
    };
    weight<backbone, input> W;
    weight<backbone, hidden> U;
    bias<backbone> b;
    weight<hidden, backbone> F, G, H;
    bias<hidden> f, g, h_b;
    RONDO_MEMBERS(W, U, b, F, G, H, f, g, h_b);

    constexpr auto operator()(timed in, vec<hidden> h) const
    {
        auto shared = tanh(W * in.x + U * h + b);
        auto still = sigmoid(-(F * shared + f) * in.gap);
        return next{still * tanh(G * shared + g) + (1 - still) * tanh(H * shared + h_b)};
    }
};

}  // namespace rondo::papers
