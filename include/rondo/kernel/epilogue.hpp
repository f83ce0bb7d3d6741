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

/// The cost of the epilogue of @p Stage, in additions of vectors.
template <class Stage>
inline constexpr int epilogue_cost = [] {
    int sum = 0;
    for (std::size_t i = 0; i < Stage::work_count; ++i) {
        if (Stage::work(i).from == origin::operation) {
            sum += cost_of(Stage::exe::program.nodes[Stage::work(i).value].opcode);
        }
    }
    return sum;
}();

/// A whole epilogue as one wave.
struct whole_epilogue {
    /// Whether it computes a work item.
    static constexpr bool is_computed(std::size_t) { return true; }
    /// Whether it reloads a work item from a spill buffer.
    static constexpr bool is_reloaded(std::size_t) { return false; }
    /// Whether it spills a work item that it computes.
    static constexpr bool is_spilled(std::size_t) { return false; }
    /// Whether it stores a work item.
    static constexpr bool is_stored(std::size_t) { return true; }
};

/// Wave @p Wave of the epilogue of @p Stage.
template <class Stage, int Wave>
struct epilogue_wave {
    using waves = epilogue_waves<Stage>;  ///< all waves
    /// Whether the wave computes work item @p i.
    static constexpr bool is_computed(std::size_t i) { return waves::is_computed_in(i, Wave); }
    /// Whether it reloads it from a spill buffer.
    static constexpr bool is_reloaded(std::size_t i) { return waves::is_reloaded_in(i, Wave); }
    /// Whether it spills it if it computes it.
    static constexpr bool is_spilled(std::size_t i) { return waves::is_spilled(i); }
    /// Whether it stores it.
    static constexpr bool is_stored(std::size_t i) { return waves::stored_in(i) == Wave; }
};

/// No spilled values.
struct no_spills {
    /// Declared only, because clang looks it up where it is not called.
    template <std::size_t I>
    void* at(std::ptrdiff_t vector) const;
};

namespace detail {

/// The work items that a wave computes or reloads. A function for each item of the stage in each wave would
/// be slow to compile, because most of them are empty.
template <class Stage, class Wave>
inline constexpr auto items_of = [] {
    constexpr auto is_in = [](std::size_t i) { return Wave::is_reloaded(i) || Wave::is_computed(i); };
    constexpr std::size_t count = [is_in] {
        std::size_t n = 0;
        for (std::size_t i = 0; i < Stage::work_count; ++i) {
            n += is_in(i) ? std::size_t{1} : std::size_t{0};
        }
        return n;
    }();
    std::array<std::size_t, count> items{};
    for (std::size_t i = 0, n = 0; i < Stage::work_count; ++i) {
        if (is_in(i)) {
            items[n++] = i;
        }
    }
    return items;
}();

}  // namespace detail

/// Runs @p Wave, a `whole_epilogue` or an `epilogue_wave`, at @p at. `sums(i)` is what accumulator i holds
/// there; only the first wave reads it. Values that are @p cached are not loaded. In the spill buffer
/// @p spills this is vector number @p vector. Returns the values of all work items of the wave.
template <class Wave, class Frame, class Sums = no_products, class Cached = no_cached_values,
          class Spills = no_spills>
RONDO_INLINE auto run_epilogue(Frame const& frame, vector_position at, Sums const& sums = {},
                               Cached const& cached = {}, Spills&& spills = {}, std::ptrdiff_t vector = 0)
{
    using T = typename Frame::value_type;
    std::array<simd<T>, Frame::stage_type::work_count> values;
    constexpr auto const& items = detail::items_of<typename Frame::stage_type, Wave>;
    static_for<items.size()>([&]<std::size_t K>() RONDO_INLINE_LAMBDA {
        constexpr std::size_t I = items[K];
        if constexpr (Wave::is_reloaded(I)) {
            values[I] = simd<T>::load_aligned(spills.template at<I>(vector));
        } else {
            values[I] = evaluate<I>(frame, at, values, sums, cached);
            if constexpr (Wave::is_spilled(I)) {
                values[I].store_aligned(spills.template at<I>(vector));
            }
        }
    });
    store_values<Wave>(frame, at, values);
    return values;
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
