#pragma once
/// @file
/// Zoneout, which keeps entries of the state at random: Krueger et al., "Zoneout: Regularizing RNNs by
/// Randomly Preserving Hidden Activations", arXiv 1606.01305.

#include <rondo/cell/gru_reset_before.hpp>
#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// A GRU with zoneout. The mask is 1 where an entry is kept. In inference it is the probability of that, in
/// every entry.
struct zoneout_gru {
    struct masked {
        vec<input> x;
        vec<hidden> kept;
        RONDO_MEMBERS(x, kept);
    };
    gru_reset_before<> cell;
    RONDO_MEMBERS(cell);

    constexpr auto operator()(masked in, vec<hidden> h) const
    {
        auto [updated] = cell(in.x, h);
        return next{in.kept * h + (1 - in.kept) * updated};
    }
};

}  // namespace rondo::papers
