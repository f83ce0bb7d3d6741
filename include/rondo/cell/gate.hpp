#pragma once
/// @file
/// The sum that stands before the activation of a gate.

#include <rondo/lang/cell.hpp>

namespace rondo::inline RONDO_ISA {

/// W x + U h + b: what a gate of a recurrent cell sees of the input and of the state.
///
/// Not a cell by itself: it has no state. Parameters: `W` (Hidden × Input), `U` (Hidden × Hidden),
/// `b` (Hidden).
template <dimension_name Hidden = hidden, dimension_name Input = input>
struct gate {
    using input_weight = weight<Hidden, Input>;       ///< the type of W
    using recurrent_weight = weight<Hidden, Hidden>;  ///< the type of U
    BOOST_HANA_DEFINE_STRUCT(gate, (input_weight, W), (recurrent_weight, U), (bias<Hidden>, b));

    /// The pre-activation, a vector along Hidden.
    constexpr auto operator()(vec<Input> x, vec<Hidden> h) const { return W * x + U * h + b; }
};

}  // namespace rondo::inline RONDO_ISA
