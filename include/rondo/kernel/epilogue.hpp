#pragma once
/// @file
/// The epilogue of a stage: its elementwise work and its stores, for one vector of features.
///
/// All stages run their elementwise work through here: those with products on the sums of a tile or of a
/// single row, in waves; the others all at once.

#include <rondo/kernel/epilogue_waves.hpp>
#include <rondo/kernel/evaluate.hpp>
#include <rondo/kernel/store_values.hpp>

#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// A whole epilogue as one wave.
struct whole_epilogue {
    static constexpr bool is_computed(std::size_t) { return true; }
    static constexpr bool is_reloaded(std::size_t) { return false; }
    static constexpr bool is_spilled(std::size_t) { return false; }
    static constexpr bool is_stored(std::size_t) { return true; }
};

/// Wave @p Wave of the epilogue of @p Stage.
template <class Stage, int Wave>
struct epilogue_wave {
    using waves = epilogue_waves<Stage>;
    static constexpr bool is_computed(std::size_t i) { return waves::is_computed_in(i, Wave); }
    static constexpr bool is_reloaded(std::size_t i) { return waves::is_reloaded_in(i, Wave); }
    static constexpr bool is_spilled(std::size_t i) { return waves::is_spilled(i); }
    static constexpr bool is_stored(std::size_t i) { return waves::stored_in(i) == Wave; }
};

/// No spilled values. clang looks for the function also where it is never called.
struct no_spills {
    template <std::size_t I>
    void* at(std::ptrdiff_t vector) const;
};

template <class Wave, class Frame, class Sums, class Cached, class Spills>
RONDO_INLINE auto run_wave(Frame const& frame, vector_position at, Sums const& sums, Cached const& cached,
                           Spills& spills, std::ptrdiff_t vector)
{
    using T = typename Frame::value_type;
    std::array<simd<T>, Frame::stage_type::work_count> values;
    static_for<Frame::stage_type::work_count>([&](auto i) RONDO_INLINE_LAMBDA {
        if constexpr (Wave::is_reloaded(i)) {
            values[i] = simd<T>::load_aligned(spills.template at<i>(vector));
        } else if constexpr (Wave::is_computed(i)) {
            values[i] = evaluate<i>(frame, at, values, sums, cached);
            if constexpr (Wave::is_spilled(i)) {
                values[i].store_aligned(spills.template at<i>(vector));
            }
        }
    });
    store_values<Wave>(frame, at, values);
    return values;
}

}  // namespace detail

/// Runs the whole epilogue of a stage without products at @p at. Returns the values of all work items.
template <class Frame, class Cached = no_cached_values>
RONDO_INLINE auto run_epilogue(Frame const& frame, vector_position at, Cached const& cached = {})
{
    detail::no_spills none;
    return detail::run_wave<detail::whole_epilogue>(frame, at, no_products{}, cached, none, 0);
}

/// Runs wave @p Wave of an epilogue at @p at. `sums(i)` is what accumulator i holds there; only the first
/// wave reads it. In the spill buffer, this is vector number @p vector.
template <int Wave, class Frame, class Sums, class Spills>
RONDO_INLINE void run_epilogue_wave(Frame const& frame, vector_position at, Sums const& sums, Spills& spills,
                                    std::ptrdiff_t vector)
{
    detail::run_wave<detail::epilogue_wave<typename Frame::stage_type, Wave>>(
        frame, at, sums, no_cached_values{}, spills, vector);
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
