#pragma once
/// @file
/// Vectors of the widest instruction set that the translation unit is compiled for, and parts of them.

#include <rondo/kernel/static_for.hpp>
#include <rondo/kernel/xsimd.hpp>
#include <rondo/namespaces.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Entries of T in a vector register.
template <class T>
inline constexpr std::ptrdiff_t lane_count = static_cast<std::ptrdiff_t>(simd<T>::size);

/// Vector registers of the instruction set: 32 with AVX-512 and on 64-bit ARM, else 16.
inline constexpr int register_count =
    xsimd::default_arch::alignment() >= 64 || !xsimd::default_arch::requires_alignment() ? 32 : 16;

/// Memory whose first entry, and every 64th byte after it, starts a cache line.
template <class T>
using aligned_vector = std::vector<T, xsimd::aligned_allocator<T, 64>>;

/// @p n rounded up to full vectors.
template <class T>
constexpr std::ptrdiff_t round_up_to_lanes(std::ptrdiff_t n) noexcept
{
    return (n + lane_count<T> - 1) / lane_count<T> * lane_count<T>;
}

/// Copies the first @p n entries of a vector, 0 to all. A full vector is copied at once; else each bit of n
/// copies a half, a quarter and so on.
template <class T>
RONDO_INLINE void copy_partial(T const* from, T* to, std::ptrdiff_t n)
{
    if (n >= lane_count<T>) {
        std::memcpy(to, from, simd<T>::size * sizeof(T));
        return;
    }
    static_for<std::bit_width(simd<T>::size) - 1>([&]<std::size_t Halvings>() RONDO_INLINE_LAMBDA {
        constexpr std::size_t count = simd<T>::size >> (Halvings + 1);
        if ((static_cast<std::size_t>(n) & count) != 0) {
            std::memcpy(to, from, count * sizeof(T));
            from += count;
            to += count;
        }
    });
}

#ifdef __AVX512F__

/// The mask of the first @p n lanes.
template <class T>
RONDO_INLINE auto first_lanes(std::ptrdiff_t n)
{
    using mask = std::conditional_t<std::is_same_v<T, float>, __mmask16, __mmask8>;
    return static_cast<mask>((1U << n) - 1U);
}

#endif

/// The first @p n entries at @p from, up to a vector's; the rest zero.
template <class T>
RONDO_INLINE simd<T> load_n(T const* from, std::ptrdiff_t n)
{
#ifdef __AVX512F__  // masked, which xsimd 8.1 lacks; a load from a buffer of parts would stall on their
                    // stores
    if constexpr (std::is_same_v<T, float>) {
        return _mm512_maskz_loadu_ps(first_lanes<T>(n), from);
    } else {
        return _mm512_maskz_loadu_pd(first_lanes<T>(n), from);
    }
#else
    alignas(64) std::array<T, simd<T>::size> lanes{};
    copy_partial(from, lanes.data(), n);
    return simd<T>::load_aligned(lanes.data());
#endif
}

/// A full vector, or as much of it as the @p n entries from @p from on are, the rest zero.
template <class T>
RONDO_INLINE simd<T> load_up_to(T const* from, std::ptrdiff_t n)
{
    return n < lane_count<T> ? load_n(from, n) : simd<T>::load_unaligned(from);
}

/// Writes the first @p n entries of @p v.
template <class T>
RONDO_INLINE void store_n(simd<T> const& v, T* to, std::ptrdiff_t n)
{
#ifdef __AVX512F__
    if constexpr (std::is_same_v<T, float>) {
        _mm512_mask_storeu_ps(to, first_lanes<T>(n), v);
    } else {
        _mm512_mask_storeu_pd(to, first_lanes<T>(n), v);
    }
#else
    alignas(64) std::array<T, simd<T>::size> lanes;
    v.store_aligned(lanes.data());
    copy_partial(static_cast<T const*>(lanes.data()), to, n);
#endif
}

/// Writes a full vector, or the first @p n entries of @p v.
template <class T>
RONDO_INLINE void store_up_to(simd<T> const& v, T* to, std::ptrdiff_t n)
{
    if (n < lane_count<T>) {
        store_n(v, to, n);
    } else {
        v.store_unaligned(to);
    }
}

/// The address @p entries entries behind @p from. It is a number, because a pointer must not leave its array.
template <class T>
RONDO_INLINE std::uintptr_t address(T const* from, std::ptrdiff_t entries)
{
    return reinterpret_cast<std::uintptr_t>(from) + static_cast<std::uintptr_t>(entries) * sizeof(T);
}

/// The intent of a prefetch.
enum class access {
    read,   ///< a later load: into L2
    write,  ///< an immediate store
};

/// Prefetches the cache line of an address, which may be invalid.
template <access Intent>
RONDO_INLINE void prefetch(std::uintptr_t at)
{
    constexpr bool writes = Intent == access::write;
    __builtin_prefetch(reinterpret_cast<void const*>(at), writes, writes ? 3 : 2);
}

/// Transposes a square matrix whose rows are vectors.
template <class T>
RONDO_INLINE void transpose(std::array<simd<T>, simd<T>::size>& square)
{
    // A perfect shuffle: each round interleaves the rows of the upper and the lower half entry by entry.
    // After log2(lanes) rounds the matrix is transposed. A shuffle needs all of its indices at once, so
    // `interleave` is a fold and not a static_for.
    constexpr std::size_t half = simd<T>::size / 2;
    auto const interleave = [&]<std::size_t... I>(simd<T> const& a, simd<T> const& b, std::size_t to,
                                                  std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
        constexpr int n = static_cast<int>(simd<T>::size);
        using vector = typename simd<T>::register_type;
        vector const x = a;
        vector const y = b;
        square[to] =
            __builtin_shufflevector(x, y, (static_cast<int>(I) / 2 + static_cast<int>(I) % 2 * n)...);
        square[to + 1] =
            __builtin_shufflevector(x, y, (static_cast<int>(I) / 2 + n / 2 + static_cast<int>(I) % 2 * n)...);
    };
    for (std::size_t round = 1; round < simd<T>::size; round *= 2) {
        auto const before = square;
#pragma GCC unroll 16
        for (std::size_t i = 0; i < half; ++i) {
            interleave(before[i], before[i + half], 2 * i, std::make_index_sequence<simd<T>::size>{});
        }
    }
}

/// The first @p n entries of @p v, the rest zero. Lanes of padding may hold anything, such as σ(0) = ½.
template <class T>
RONDO_INLINE simd<T> zero_tail(simd<T> const& v, std::ptrdiff_t n)
{
    if (n >= lane_count<T>) {
        return v;
    }
#ifdef __AVX512F__
    if constexpr (std::is_same_v<T, float>) {
        return _mm512_maskz_mov_ps(first_lanes<T>(n), v);
    } else {
        return _mm512_maskz_mov_pd(first_lanes<T>(n), v);
    }
#else
    alignas(64) std::array<T, simd<T>::size> lanes;
    v.store_aligned(lanes.data());
    return load_n(static_cast<T const*>(lanes.data()), n);
#endif
}

/// The first @p n entries of @p v, the rest @p fill.
template <class T>
RONDO_INLINE simd<T> fill_tail(simd<T> const& v, std::ptrdiff_t n, T fill)
{
    if (n >= lane_count<T>) {
        return v;
    }
#ifdef __AVX512F__
    if constexpr (std::is_same_v<T, float>) {
        return _mm512_mask_mov_ps(simd<T>(fill), first_lanes<T>(n), v);
    } else {
        return _mm512_mask_mov_pd(simd<T>(fill), first_lanes<T>(n), v);
    }
#else
    alignas(64) std::array<T, simd<T>::size> from;
    alignas(64) std::array<T, simd<T>::size> lanes;
    v.store_aligned(from.data());
    lanes.fill(fill);
    copy_partial(static_cast<T const*>(from.data()), lanes.data(), n);
    return simd<T>::load_aligned(lanes.data());
#endif
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
