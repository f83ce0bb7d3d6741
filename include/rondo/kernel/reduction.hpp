#pragma once
/// @file
/// The reductions of a row: a sum, or the largest entry.
///
/// The entries of a row go into the lanes of one register, vector by vector; the lanes are combined at the
/// end of the row. Lanes of padding may hold anything, so the last vector is filled up with a value that
/// changes nothing.

#include <rondo/graph/op.hpp>
#include <rondo/kernel/comparison.hpp>

#include <bit>
#include <cstddef>
#include <limits>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The largest lane of a register; NaN if one is NaN.
template <class T>
RONDO_INLINE T largest_lane(simd<T> v)
{
    static_for<std::bit_width(simd<T>::size) - 1>([&]<std::size_t Halvings>() RONDO_INLINE_LAMBDA {
        [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
            typename simd<T>::register_type const x = v;
            v = maximum<T>(v, simd<T>(__builtin_shufflevector(
                                  x, x, static_cast<int>(I ^ (simd<T>::size >> (Halvings + 1)))...)));
        }(std::make_index_sequence<simd<T>::size>{});
    });
    return v.get(0);
}

/// How the reduction @p Code works on registers.
template <op Code, class T>
struct reduction {
    static_assert(Code == op::sum);

    /// The result for no entries.
    static RONDO_INLINE simd<T> start() { return simd<T>(T(0)); }
    /// The first @p n entries of @p v, and beyond them what changes nothing.
    static RONDO_INLINE simd<T> valid(simd<T> const& v, std::ptrdiff_t n) { return zero_tail(v, n); }
    /// Adds the entries of @p v to @p sum.
    static RONDO_INLINE void add(simd<T>& sum, simd<T> const& v) { sum += v; }
    /// The result of all lanes.
    static RONDO_INLINE T result(simd<T> const& sum) { return sum_lanes(sum); }
};

/// The largest entry, or NaN.
template <class T>
struct reduction<op::largest, T> {
    static constexpr T least = -std::numeric_limits<T>::infinity();  ///< not larger than any entry

    /// The result for no entries.
    static RONDO_INLINE simd<T> start() { return simd<T>(least); }
    /// The first @p n entries of @p v, and beyond them what changes nothing.
    static RONDO_INLINE simd<T> valid(simd<T> const& v, std::ptrdiff_t n) { return fill_tail(v, n, least); }
    /// Adds the entries of @p v to @p most.
    static RONDO_INLINE void add(simd<T>& most, simd<T> const& v) { most = maximum<T>(v, most); }
    /// The result of all lanes.
    static RONDO_INLINE T result(simd<T> const& most) { return largest_lane<T>(most); }
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
