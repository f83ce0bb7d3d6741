#pragma once
/// @file
/// Runs a loop without products: rows and features outside, time inside, states in registers.
///
/// In such a loop no feature depends on another, so each vector of features goes through all steps on its
/// own. States never pass through memory from step to step, and no stage begins and ends at every step.

#include <rondo/kernel/epilogue.hpp>

#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The rows of one sequence of a batch, in the order of a loop.
struct strided_rows {
    std::ptrdiff_t first;   ///< the row of the first step
    std::ptrdiff_t stride;  ///< from one row to the next; negative if the loop goes backwards in time
    std::ptrdiff_t count;   ///< the number of steps
};

namespace detail {

/// A state that a stage reads and computes: the work items of its old and its new value.
struct scanned_state {
    std::size_t old_value = 0;
    std::size_t new_value = 0;
};

/// The states of a stage that stay in registers. A state that is carried over more steps is read from memory,
/// like a value that an earlier stage has stored.
template <class Stage>
inline constexpr auto scanned_states = [] {
    static_vector<scanned_state, max_states> out{};
    for (carry const& c : Stage::exe::program.states) {
        scanned_state found{Stage::work_count, Stage::work_count};
        for (std::size_t i = 0; i < Stage::work_count; ++i) {
            found.old_value = Stage::work(i).value == c.from ? i : found.old_value;
            found.new_value = Stage::work(i).value == c.to ? i : found.new_value;
        }
        if (found.old_value < Stage::work_count && found.new_value < Stage::work_count && c.delay == 1) {
            out.push_back(found);
        }
    }
    return out;
}();

/// The old values of a stage's states, cached in registers.
template <class Frame>
struct scan_registers {
    using T = typename Frame::value_type;
    using stage_type = typename Frame::stage_type;
    static constexpr auto const& states = scanned_states<stage_type>;
    std::array<simd<T>, states.size()> now;

    /// The index of the state whose old value work item @p i is, or states.size().
    static constexpr std::size_t state_of(std::size_t i)
    {
        std::size_t k = 0;
        while (k < states.size() && states[k].old_value != i) {
            ++k;
        }
        return k;
    }
    /// Whether work item @p i is cached.
    static constexpr bool has(std::size_t i) { return state_of(i) < states.size(); }
    /// The value of work item @p I.
    template <std::size_t I>
    RONDO_INLINE simd<T> const& get() const
    {
        return now[state_of(I)];
    }
    /// Loads the states before the first step.
    RONDO_INLINE void load(Frame const& frame, vector_position at)
    {
        static_for<states.size()>([&]<std::size_t K>() RONDO_INLINE_LAMBDA {
            now[K] = load_value<stage_type::work(states[K].old_value).value>(frame, at);
        });
    }
    /// Runs one step.
    RONDO_INLINE void step(Frame const& frame, vector_position at)
    {
        auto const values = run_epilogue<whole_epilogue>(frame, at, no_products{}, *this);
        static_for<states.size()>([&]<std::size_t K>()
                                      RONDO_INLINE_LAMBDA { now[K] = values[states[K].new_value]; });
    }
};

/// Takes @p Vectors vectors of features, from @p feature on, through all steps.
template <int Vectors, class Frame>
RONDO_INLINE void scan_features(Frame const& frame, strided_rows rows, std::ptrdiff_t feature,
                                std::ptrdiff_t features)
{
    auto const position_of = [&](std::ptrdiff_t row, std::size_t vector) RONDO_INLINE_LAMBDA {
        std::ptrdiff_t const at =
            feature + static_cast<std::ptrdiff_t>(vector) * lane_count<typename Frame::value_type>;
        return vector_position{row, at, features - at};
    };
    constexpr auto count = static_cast<std::size_t>(Vectors);
    std::array<scan_registers<Frame>, count> states;
    static_for<count>([&]<std::size_t V>()
                          RONDO_INLINE_LAMBDA { states[V].load(frame, position_of(rows.first, V)); });
    std::ptrdiff_t row = rows.first;
    for (std::ptrdiff_t i = 0; i < rows.count; ++i, row += rows.stride) {
        static_for<count>([&]<std::size_t V>()
                              RONDO_INLINE_LAMBDA { states[V].step(frame, position_of(row, V)); });
    }
}

}  // namespace detail

/// Runs @p Stage, the only one of a loop without products, on the rows of one sequence.
template <class Stage, class T, class Sizes>
void run_scan_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes, strided_rows rows)
{
    stage_frame<Stage, T, Sizes> const frame{shared, sizes};
    constexpr int most = blocking::vectors_side_by_side(epilogue_cost<Stage>, blocking::scan_vectors);
    std::ptrdiff_t const features = frame.features();
    std::ptrdiff_t feature = 0;
    for (; feature + (most - 1) * lane_count<T> < features; feature += most * lane_count<T>) {
        detail::scan_features<most>(frame, rows, feature, features);
    }
    std::ptrdiff_t const left = (features - feature + lane_count<T> - 1) / lane_count<T>;
    static_for<static_cast<std::size_t>(most - 1)>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
        constexpr int vectors = static_cast<int>(I) + 1;
        if (left == vectors) {
            detail::scan_features<vectors>(frame, rows, feature, features);
        }
    });
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
