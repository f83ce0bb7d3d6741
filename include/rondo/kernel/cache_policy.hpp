#pragma once
/// @file
/// Which stores bypass the caches, and which are prefetched.
///
/// Saved values are read again by the backward pass only. Where they exceed the caches and the weights want
/// all of a second-level cache, ordinary stores would evict the weights: saved values are then written with
/// non-temporal stores, if the instruction set has them for whole cache lines. All other stores of tiles
/// are prefetched before the tile is multiplied, if their lines are not expected to be in a cache.

#include <rondo/kernel/blocking.hpp>
#include <rondo/kernel/executable.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Whether the instruction set has non-temporal stores of vectors that are whole cache lines.
#ifdef __AVX512F__
inline constexpr bool has_streaming_stores = true;
#else
inline constexpr bool has_streaming_stores = false;
#endif

/// Non-temporal store, if there is one: bypasses the caches and avoids the read-for-ownership. To be followed
/// by store_fence() before other threads may read it.
template <class T>
RONDO_INLINE void stream_store(simd<T> const& v, T* to)
{
#ifdef __AVX512F__
    if constexpr (std::is_same_v<T, float>) {
        _mm512_stream_ps(to, v);
    } else {
        _mm512_stream_pd(to, v);
    }
#else
    v.store_aligned(to);
#endif
}

/// Orders non-temporal stores before later stores.
RONDO_INLINE void store_fence()
{
#ifdef __AVX512F__
    _mm_sfence();
#endif
}

/// Decides on non-temporal stores and on the prefetch of stores, from the sizes of a workspace.
class cache_policy {
   public:
    /// Everything stays in the caches.
    constexpr cache_policy() noexcept = default;
    /// For packed weights of @p weight_bytes and saved values of @p saved_bytes.
    constexpr cache_policy(std::size_t weight_bytes, std::size_t saved_bytes) noexcept
        : saved_values_exceed_cache_(weight_bytes >= blocking::l2_weight_bytes &&
                                     saved_bytes >= blocking::streaming_bytes)
    {
    }

    /// Whether saved values are evicted before the backward pass, and would take the weights' room.
    [[nodiscard]] constexpr bool saved_values_exceed_cache() const noexcept
    {
        return saved_values_exceed_cache_;
    }
    /// Whether stores to array @p To of @p Exe may be non-temporal: of vectors that are saved for the
    /// backward pass and that no forward stage reads.
    template <class Exe, array_id To>
    static constexpr bool may_stream = has_streaming_stores && Exe::schedule.uses[To].can_stream;

    /// Stores a full vector to array @p To of @p Exe, whose rows are padded.
    template <class Exe, array_id To, class T>
    RONDO_INLINE void store(simd<T> const& v, T* to) const
    {
        if constexpr (may_stream<Exe, To>) {
            if (saved_values_exceed_cache_) {
                stream_store(v, to);
                return;
            }
        }
        v.store_aligned(to);
    }
    /// Whether @p Stage prefetches the stores of its next tile. Lines that a loop writes are in a cache,
    /// unless saved values exceed it; the stores of other stages are not.
    template <class Stage>
    [[nodiscard]] RONDO_INLINE bool prefetches_stores() const
    {
        return !Stage::what.where.is_loop || saved_values_exceed_cache_;
    }
    /// Prefetches the line of @p at, to which array @p To of @p Exe is about to be stored. Temporaries of a
    /// step are in a cache, and a non-temporal store needs no line.
    template <class Exe, array_id To>
    RONDO_INLINE void prefetch_store(std::uintptr_t at) const
    {
        if constexpr (Exe::schedule.arrays[static_cast<std::size_t>(To)].kind != storage::step) {
            if (!may_stream<Exe, To> || !saved_values_exceed_cache_) {
                prefetch<access::write>(at);
            }
        }
    }
    /// Prefetches the lines of @p count entries, entry @p first of @p data on, that are about to be added to.
    template <class T>
    RONDO_INLINE static void prefetch_sums(T const* data, std::ptrdiff_t first, std::ptrdiff_t count)
    {
        for (std::ptrdiff_t j = 0; j < count; j += cache_line<T>) {
            prefetch<access::write>(address(data, first + j));
        }
    }
    /// To be called by each thread after its last store: makes non-temporal stores visible to the others.
    RONDO_INLINE void finish_stores() const
    {
        if (saved_values_exceed_cache_) {
            store_fence();
        }
    }

   private:
    bool saved_values_exceed_cache_ = false;
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
