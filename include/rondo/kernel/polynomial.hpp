#pragma once
/// @file
/// Polynomials on registers.

#include <rondo/kernel/simd.hpp>
#include <rondo/kernel/static_for.hpp>
#include <rondo/namespaces.hpp>

#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The polynomial with the coefficients @p c, from the lowest power up, by Horner's rule.
template <class T, std::size_t Count>
RONDO_INLINE simd<T> horner(std::array<T, Count> const& c, simd<T> const& x)
{
    simd<T> sum(c.back());
    static_for<Count - 1>([&]<std::size_t I>()
                              RONDO_INLINE_LAMBDA { sum = sum * x + simd<T>(c[Count - 2 - I]); });
    return sum;
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
