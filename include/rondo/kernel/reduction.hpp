#pragma once
/// @file
/// The reductions of a row: a sum, or the largest entry.
///
/// The entries of a row go into the lanes of one register, vector by vector; the lanes are combined at the
/// end of the row. Lanes of padding may hold anything, so the last vector is filled up with a value that
/// changes nothing.

#include <rondo/graph/op.hpp>
#include <rondo/kernel/comparison.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
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

namespace detail {

/// Of each 128 bits of two registers the lower or the upper half, @p Width lanes of one and of the other in
/// turn.
template <bool Upper, std::size_t Width, class T, std::size_t... I>
RONDO_INLINE simd<T> interleaved(simd<T> const& a, simd<T> const& b, std::index_sequence<I...>)
{
    constexpr std::size_t lanes = 16 / sizeof(T);
    typename simd<T>::register_type const x = a;
    typename simd<T>::register_type const y = b;
    constexpr auto from = [](std::size_t i) {
        std::size_t const in_part = i % lanes;
        std::size_t const lane =
            i / lanes * lanes + (Upper ? lanes / 2 : 0) + in_part / (2 * Width) * Width + in_part % Width;
        return static_cast<int>(lane + (in_part / Width % 2 == 1 ? sizeof...(I) : 0));
    };
    return simd<T>(__builtin_shufflevector(x, y, from(I)...));
}

/// Reduces the lanes of @p Count registers, a power of two, at most as many as 128 bits have entries of T.
template <class Reduction, class T, std::size_t Count>
RONDO_INLINE void reduce_together(simd<T> const* rows, T* to)
{
    constexpr std::make_index_sequence<simd<T>::size> lanes{};
    std::array<simd<T>, Count> now;
    static_for<Count>([&]<std::size_t R>() RONDO_INLINE_LAMBDA { now[R] = rows[R]; });
    static_for<std::bit_width(Count) - 1>([&]<std::size_t Level>() RONDO_INLINE_LAMBDA {
        constexpr std::size_t width = std::size_t{1} << Level;
        static_for<(Count >> (Level + 1))>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            simd<T> const a = now[2 * I];
            simd<T> const b = now[2 * I + 1];
            now[I] = interleaved<false, width, T>(a, b, lanes);
            Reduction::add(now[I], interleaved<true, width, T>(a, b, lanes));
        });
    });
    // Each group of Count lanes has a part of each result.
    static_for<std::bit_width(simd<T>::size / Count) - 1>([&]<std::size_t Halvings>() RONDO_INLINE_LAMBDA {
        [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
            typename simd<T>::register_type const x = now[0];
            Reduction::add(now[0], simd<T>(__builtin_shufflevector(
                                       x, x, static_cast<int>(I ^ (simd<T>::size >> (Halvings + 1)))...)));
        }(lanes);
    });
    typename simd<T>::register_type const all = now[0];
    std::memcpy(to, &all, Count * sizeof(T));
}

}  // namespace detail

/// Reduces the lanes of each of @p Count registers, a power of two, by @p Reduction. Four at once take half
/// the instructions of four alone: the lanes of two are interleaved, and a register of partial results serves
/// both.
template <class Reduction, class T, std::size_t Count>
RONDO_INLINE std::array<T, Count> results_of_rows(std::array<simd<T>, Count> const& rows)
{
    std::array<T, Count> found;
    if constexpr (Count == 1) {
        found[0] = Reduction::result(rows[0]);
    } else {
        // Interleaving is cheap within 128 bits.
        constexpr std::size_t at_once = std::min(Count, 16 / sizeof(T));
        static_for<Count / at_once>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            detail::reduce_together<Reduction, T, at_once>(rows.data() + I * at_once,
                                                           found.data() + I * at_once);
        });
    }
    return found;
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
