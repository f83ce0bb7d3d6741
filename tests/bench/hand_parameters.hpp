#pragma once
/// @file
/// The parameters of the hand-written peer, or their gradients.

#include "gates.hpp"

#include <rondo/kernel/simd.hpp>

#include <cstddef>
#include <string>

namespace rondo::bench {

using namespace exec_internal;

using floats = aligned_vector<float>;

inline floats aligned(numbers const& values) { return {values.begin(), values.end()}; }

/// Matrices are transposed, the gates of one column side by side.
struct hand_parameters {
    floats W, U, b;
    floats p_i, p_o;  ///< empty without peepholes

    hand_parameters(problem const& p, gate_names const& names)
        : W(aligned(stack(p, names.input, p.sizes.hidden))),
          U(aligned(stack(p, names.recurrent, p.sizes.hidden))),
          b(aligned(stack(p, names.bias, p.sizes.hidden)))
    {
        if (!names.peephole.empty()) {
            p_i = aligned(p.parameters.at(names.peephole[0]));
            p_o = aligned(p.parameters.at(names.peephole[1]));
        }
    }

    /// Calls `f(mine, other's)` for all five.
    template <class F>
    void with(hand_parameters const& other, F&& f)
    {
        f(W, other.W);
        f(U, other.U);
        f(b, other.b);
        f(p_i, other.p_i);
        f(p_o, other.p_o);
    }
    /// Adds them to @p to, with @p prefix before their names.
    void copy_to(tensors& to, std::string const& prefix, gate_names const& names, workload const& sizes) const
    {
        unstack(to, prefix, names.input, W.data(), sizes.hidden, sizes.inputs);
        unstack(to, prefix, names.recurrent, U.data(), sizes.hidden, sizes.hidden);
        unstack(to, prefix, names.bias, b.data(), sizes.hidden, 1);
        if (!names.peephole.empty()) {
            to[prefix + names.peephole[0]] = {p_i.begin(), p_i.end()};
            to[prefix + names.peephole[1]] = {p_o.begin(), p_o.end()};
        }
    }
};

}  // namespace rondo::bench
