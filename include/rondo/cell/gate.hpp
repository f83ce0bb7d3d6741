#pragma once
/// @file
/// The pre-activation of a gate.

#include <rondo/lang/cell.hpp>

namespace rondo::inline RONDO_ISA {

/// W x + U h + b, the pre-activation of a gate, as a function of the input and the state.
///
/// It is a part of cells and no cell itself, because it has no state. Parameters: `W` (Hidden × Input),
/// `U` (Hidden × Hidden), `b` (Hidden).
template <dimension_name Hidden = hidden, dimension_name Input = input>
struct gate {
    weight<Hidden, Input> W{};   ///< of the input
    weight<Hidden, Hidden> U{};  ///< of the state
    bias<Hidden> b{};            ///< of the sum; a first value is written gate<> f{.b = first_value(1)}
    RONDO_MEMBERS(W, U, b);

    /// The pre-activation, a vector along Hidden.
    constexpr auto operator()(vec<Input> x, vec<Hidden> h) const { return W * x + U * h + b; }
};

}  // namespace rondo::inline RONDO_ISA
