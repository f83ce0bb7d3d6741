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
    using input_weight = weight<Hidden, Input>;       ///< the type of W
    using recurrent_weight = weight<Hidden, Hidden>;  ///< the type of U
    BOOST_HANA_DEFINE_STRUCT(gate, (input_weight, W), (recurrent_weight, U), (bias<Hidden>, b));

    /// The pre-activation, a vector along Hidden.
    constexpr auto operator()(vec<Input> x, vec<Hidden> h) const { return W * x + U * h + b; }
};

}  // namespace rondo::inline RONDO_ISA
