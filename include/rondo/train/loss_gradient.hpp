#pragma once
/// @file
/// The array that a loss writes its gradient to.

#include <rondo/model/xtensor.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::train_internal {

/// Whether an array of so many dimensions can be the gradient of a loss: (time, batch, features). The message
/// shows their number.
template <std::size_t Dimensions>
struct is_gradient_of_vectors {
    static_assert(Dimensions == 3,
                  "a loss takes outputs that are vectors, and its gradient is an xt::xtensor<T, 3>: for a "
                  "matrix, give the step an output that is a vector, such as sum<heads>(W * y), or compute "
                  "the gradient yourself");
    static constexpr bool value = Dimensions == 3;
};

/// The array for the gradient of a loss.
template <class T, std::size_t Dimensions>
xt::xtensor<T, 3>* gradient_of_vectors(xt::xtensor<T, Dimensions>& gradient)
{
    if constexpr (is_gradient_of_vectors<Dimensions>::value) {
        return &gradient;
    } else {
        return nullptr;
    }
}

}  // namespace rondo::inline RONDO_ISA::train_internal
