#pragma once
/// @file
/// An input that a run reads in place, instead of a copy.

#include <rondo/namespaces.hpp>

namespace rondo::inline RONDO_ISA {

/// An array that a run may refer to until its backward(). Made by borrowed().
template <class X>
struct borrowed_input {
    X const& array;  ///< the caller's array
};

/// Lets a run read @p x in place: `run.forward(borrowed(x))`. The array must not change until backward(),
/// which is not checked. That saves the memory of a copy, and little time. An array that a run must rearrange
/// or convert is copied nevertheless: sequences of different lengths, a layout that is not row-major, another
/// type of numbers.
template <class X>
borrowed_input<X> borrowed(X const& x) noexcept
{
    return {x};
}
/// Deleted, because a temporary array does not live until backward().
template <class X>
void borrowed(X const&& x) = delete;

}  // namespace rondo::inline RONDO_ISA
