#pragma once
/// @file
/// Runs a loop without products: rows and features outside, time inside, states in registers.
///
/// Nothing in such a loop waits for another feature, so each vector of features goes through all steps
/// on its own. What a step leaves for the next never sees memory, and there is no stage to be begun
/// and ended at every step.

#include <rondo/kernel/blocking.hpp>
#include <rondo/kernel/evaluate.hpp>
#include <rondo/kernel/store_values.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The rows that one sequence of a batch walks through, in the order of a loop.
struct row_walk {
    std::ptrdiff_t first;  ///< where the loop begins
    std::ptrdiff_t step;   ///< from one row to the next; backwards in time it is negative
    std::ptrdiff_t count;  ///< how many
};

namespace detail {

/// A state that a stage reads and leaves: where its old and its new value stand among the work.
struct scanned_state {
    std::size_t old_value = 0;
    std::size_t new_value = 0;
};

/// The states that a stage hands from step to step.
template <class Stage>
inline constexpr auto scanned_states = [] {
    static_vector<scanned_state, max_states> out{};
    for (carry const& c : Stage::exe::program.states) {
        scanned_state found{Stage::work_count, Stage::work_count};
        for (std::size_t i = 0; i < Stage::work_count; ++i) {
            found.old_value = Stage::work(i).value == c.from ? i : found.old_value;
            found.new_value = Stage::work(i).value == c.to ? i : found.new_value;
        }
        if (found.old_value < Stage::work_count && found.new_value < Stage::work_count) {
            out.push_back(found);
        }
    }
    return out;
}();

/// The old values of a stage's states, in registers.
template <class Stage, class T>
struct scan_registers {
    static constexpr auto const& states = scanned_states<Stage>;
    std::array<simd<T>, states.size()> now;

    /// Which of the states work item @p i is, or states.size().
    static constexpr std::size_t number_of(std::size_t i)
    {
        std::size_t k = 0;
        while (k < states.size() && states[k].old_value != i) {
            ++k;
        }
        return k;
    }
    /// Whether work item @p i need not be loaded.
    static constexpr bool holds(std::size_t i) { return number_of(i) < states.size(); }
    /// The value of work item @p I.
    template <std::size_t I>
    RONDO_INLINE simd<T> const& get() const
    {
        return now[number_of(I)];
    }
};

/// Takes @p Blocks vectors of features from @p at on through all steps.
template <class Stage, int Blocks, class T, class Sizes>
RONDO_INLINE void scan_features(context<typename Stage::exe, T> const& ctx, Sizes const& sizes, row_walk walk,
                                std::ptrdiff_t feature, std::ptrdiff_t features)
{
    using registers = scan_registers<Stage, T>;
    constexpr auto all_blocks = std::make_index_sequence<static_cast<std::size_t>(Blocks)>{};
    constexpr auto all_states = std::make_index_sequence<registers::states.size()>{};
    auto const place_of = [&](std::ptrdiff_t row, std::size_t block) RONDO_INLINE_LAMBDA {
        std::ptrdiff_t const at = feature + static_cast<std::ptrdiff_t>(block) * lane_count<T>;
        return tile_place{row, at, features - at};
    };

    std::array<registers, static_cast<std::size_t>(Blocks)> states;
    auto const load_states = [&]<std::size_t... K>(std::size_t block,
                                                   std::index_sequence<K...>) RONDO_INLINE_LAMBDA {
        ((states[block].now[K] =
              load<typename Stage::exe, Stage::work(registers::states[K].old_value).value, Stage::what.dim>(
                  ctx, place_of(walk.first, block))),
         ...);
    };
    auto const take_step = [&]<std::size_t... K>(tile_place at, registers& held,
                                                 std::index_sequence<K...>) RONDO_INLINE_LAMBDA {
        auto const values = evaluate<Stage, T>(
            ctx, sizes, at, [](int) RONDO_INLINE_LAMBDA { return simd<T>(T(0)); }, held);
        ((held.now[K] = values[registers::states[K].new_value]), ...);
        store_values<Stage, T>(ctx, at, values);
    };
    [&]<std::size_t... B>(std::index_sequence<B...>) RONDO_INLINE_LAMBDA {
        (load_states(B, all_states), ...);
        std::ptrdiff_t row = walk.first;
        for (std::ptrdiff_t i = 0; i < walk.count; ++i, row += walk.step) {
            (take_step(place_of(row, B), states[B], all_states), ...);
        }
    }(all_blocks);
}

}  // namespace detail

/// Runs @p Stage, the only one of a loop without products, on the rows of one sequence.
template <class Stage, class T, class Sizes>
void run_scan_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes, row_walk walk)
{
    // A copy that no store can alias, so that its pointers stay in registers.
    context<typename Stage::exe, T> const ctx = shared;
    std::ptrdiff_t const features = sizes.template get<Stage::what.dim>();
    std::ptrdiff_t feature = 0;
    for (; feature + (blocking::scan_vectors - 1) * lane_count<T> < features;
         feature += blocking::scan_vectors * lane_count<T>) {
        detail::scan_features<Stage, blocking::scan_vectors, T>(ctx, sizes, walk, feature, features);
    }
    std::ptrdiff_t const rest = (features - feature + lane_count<T> - 1) / lane_count<T>;
    [&]<std::size_t... Fewer>(std::index_sequence<Fewer...>) RONDO_INLINE_LAMBDA {
        ((rest == static_cast<std::ptrdiff_t>(Fewer) + 1
              ? detail::scan_features<Stage, static_cast<int>(Fewer) + 1, T>(ctx, sizes, walk, feature,
                                                                             features)
              : void()),
         ...);
    }(std::make_index_sequence<static_cast<std::size_t>(blocking::scan_vectors - 1)>{});
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
