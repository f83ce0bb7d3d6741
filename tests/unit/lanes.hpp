#pragma once
/// @file
/// Vector registers as arrays, for tests.

#include <rondo/kernel/simd.hpp>

#include <array>
#include <cstddef>

namespace rondo::test {

using namespace check_internal;

/// The entries of a vector register.
template <class T>
using lanes = std::array<T, simd<T>::size>;

/// The entries of @p v.
template <class T>
lanes<T> lanes_of(simd<T> const& v)
{
    lanes<T> out;
    v.store_unaligned(out.data());
    return out;
}
/// 1, 2, 3 and so on.
template <class T>
lanes<T> counting()
{
    lanes<T> out;
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<T>(i + 1);
    }
    return out;
}

}  // namespace rondo::test
