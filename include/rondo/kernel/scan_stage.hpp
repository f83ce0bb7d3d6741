#pragma once
/// @file
/// Runs a loop without products: rows and features outside, time inside, states in registers.
///
/// In such a loop no feature depends on another, so each vector of features goes through all steps on its
/// own. States never pass through memory from step to step, and no stage begins and ends at every step. What
/// is computed from parameters alone, such as the sine and cosine of an angle, is computed before the first
/// step if it takes more than a few additions.

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

/// The states of a stage.
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

/// The work items of a stage that are the same in every row: computed from parameters and numbers alone.
/// Those that take more than a few additions are computed once for all steps.
template <std::size_t Count>
struct row_invariants {
    std::array<bool, Count> is_invariant{};  ///< by work item
    std::array<bool, Count> is_kept{};       ///< an expensive function, or computed from one
    bool any_is_kept = false;                ///< whether there are such functions
};

/// The invariants of a stage.
template <class Stage>
inline constexpr auto invariants_of = [] {
    row_invariants<Stage::work_count> out{};
    for (std::size_t i = 0; i < Stage::work_count; ++i) {
        work_item const item = Stage::work(i);
        node const& n = Stage::exe::program.nodes[item.value];
        bool const is_computed = item.from == origin::operation && is_elementwise(n.opcode);
        out.is_invariant[i] = n.opcode == op::parameter || n.opcode == op::constant || n.opcode == op::extent;
        if (is_computed) {
            bool all = true;
            bool some = cost_of(n.opcode) > 1;
            for_each_operand(Stage::exe::program.nodes, item.value, [&](node_id o) {
                all = all && out.is_invariant[Stage::position(o)];
                some = some || out.is_kept[Stage::position(o)];
            });
            out.is_invariant[i] = all;
            out.is_kept[i] = all && some;
            out.any_is_kept = out.any_is_kept || out.is_kept[i];
        }
    }
    return out;
}();

/// The old values of a stage's states and its expensive invariants, cached in registers.
template <class Frame>
struct scan_registers {
    using T = typename Frame::value_type;
    using stage_type = typename Frame::stage_type;
    static constexpr auto const& states = scanned_states<stage_type>;
    static constexpr auto const& invariants = invariants_of<stage_type>;
    std::array<simd<T>, states.size()> now;
    std::array<simd<T>, stage_type::work_count> kept;

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
    static constexpr bool has(std::size_t i) { return state_of(i) < states.size() || invariants.is_kept[i]; }
    /// The value of work item @p I.
    template <std::size_t I>
    RONDO_INLINE simd<T> const& get() const
    {
        if constexpr (invariants.is_kept[I]) {
            return kept[I];
        } else {
            return now[state_of(I)];
        }
    }
    /// Loads the states before the first step, and computes the invariants.
    RONDO_INLINE void load(Frame const& frame, vector_position at)
    {
        static_for<states.size()>([&]<std::size_t K>() RONDO_INLINE_LAMBDA {
            now[K] = load_value<stage_type::work(states[K].old_value).value>(frame, at);
        });
        static_for<stage_type::work_count>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            if constexpr (invariants.any_is_kept && invariants.is_invariant[I]) {
                kept[I] = evaluate<I>(frame, at, kept, no_products{}, no_cached_values{});
            }
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
    constexpr int most = blocking::scan_vectors;
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
