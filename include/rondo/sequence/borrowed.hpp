#pragma once
/// @file
/// An input that a run reads in place, instead of a copy.

#include <rondo/namespaces.hpp>

namespace rondo::inline RONDO_ISA {

/// An array that a run may refer to until its backward(). Made by borrowed().
template <class X>
struct borrowed_input {
    X const& array;  ///< the caller's
};

/// Lets a run read @p x in place: `run.forward(borrowed(x))`. Until backward() the array must stay as it is,
/// which nobody checks. It saves the memory of a copy, and little time. Rows that a run must rearrange, those
/// of sequences of different lengths or of a layout that is not row-major, are copied all the same.
template <class X>
borrowed_input<X> borrowed(X const& x) noexcept
{
    return {x};
}
/// A temporary array would not live until backward().
template <class X>
void borrowed(X const&& x) = delete;

}  // namespace rondo::inline RONDO_ISA
