#pragma once
/// @file
/// The one section where a schedule's numbers become template arguments.
///
/// A kernel is written for a `code`: a program with its schedule, as a type. Stage and node numbers
/// are then template arguments, and what the graph says of them is known while compiling.

#include <rondo/pass/pipeline.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The forward step of @p Cell.
template <class Cell>
struct forward_exe {
    using cell_type = Cell;                                                          ///< whose step it is
    static constexpr ir_internal::program const& program = compiled<Cell>::forward;  ///< what is computed
    static constexpr ir_internal::schedule const& schedule = compiled<Cell>::forward_schedule;  ///< how
};

/// The forward step of @p Cell where nothing is kept, see compiled::inference_schedule.
template <class Cell>
struct inference_exe {
    using cell_type = Cell;                                                          ///< whose step it is
    static constexpr ir_internal::program const& program = compiled<Cell>::forward;  ///< what is computed
    static constexpr ir_internal::schedule const& schedule = compiled<Cell>::inference_schedule;  ///< how
};

/// The backward step of @p Cell.
template <class Cell>
struct backward_exe {
    using cell_type = Cell;                                                           ///< whose step it is
    static constexpr ir_internal::program const& program = compiled<Cell>::backward;  ///< what is computed
    static constexpr ir_internal::schedule const& schedule = compiled<Cell>::backward_schedule;  ///< how
};

/// The @p N entries of a list, without the room that is left in it.
template <std::size_t N, class List>
constexpr auto trimmed(List const& list)
{
    std::array<std::remove_cvref_t<decltype(*list.begin())>, N> entries{};
    std::copy(list.begin(), list.end(), entries.begin());
    return entries;
}

/// The lists of a schedule that a program reads while it runs. A schedule has room for the largest of
/// steps, 30 kB; read from there, all of that would be part of the program.
template <class Exe>
struct schedule_tables {
    static constexpr auto arrays = trimmed<Exe::schedule.arrays.size()>(Exe::schedule.arrays);  ///< in memory
    static constexpr auto stages = trimmed<Exe::schedule.stages.size()>(Exe::schedule.stages);  ///< in order
    static constexpr auto factors =
        trimmed<Exe::schedule.factors.size()>(Exe::schedule.factors);                        ///< of products
    static constexpr auto parts = trimmed<Exe::schedule.parts.size()>(Exe::schedule.parts);  ///< of gradients
};

/// Which arrays the stages of @p Exe read, by their numbers: those that add up over rows, or the others.
template <class Exe, bool AddUp>
inline constexpr auto arrays_read = [] {
    constexpr schedule const& plan = Exe::schedule;
    std::array<bool, plan.arrays.size()> found{};
    auto const at = [](auto i) { return static_cast<std::size_t>(i); };
    auto const read = [&](array_id a) {
        if (a != no_array) {
            found[at(a)] = true;
        }
    };
    for (stage const& s : plan.stages) {
        if (s.is_reduction() != AddUp) {
            continue;
        }
        for (int i = s.work.begin; i < s.work.end; ++i) {
            if (plan.work[i].from == origin::memory) {
                read(plan.home[plan.work[i].value]);
            }
        }
        for (int i = s.segments.begin; i < s.segments.end; ++i) {
            read(plan.segments[i].operand);
        }
        for (int i = s.accumulators.begin; i < s.accumulators.end; ++i) {
            node_id const start = plan.accumulators[i].start;
            read(start == no_node ? no_array : plan.home[start]);
        }
        for (int i = s.parts.begin; i < s.parts.end; ++i) {
            read(plan.parts[i].left);
            read(plan.parts[i].right);
        }
    }
    return found;
}();

/// Stage @p S of @p Exe.
template <class Exe, std::size_t S>
struct stage_exe {
    using exe = Exe;                                               ///< the program it is a stage of
    static constexpr stage const& what = Exe::schedule.stages[S];  ///< its entry in the schedule
    static constexpr std::size_t number = S;                       ///< its place in the schedule
    /// How many values it works with.
    static constexpr auto work_count = static_cast<std::size_t>(what.work.size());
    /// How many values it writes.
    static constexpr auto store_count = static_cast<std::size_t>(what.stores.size());

    /// The i-th value that the stage works with.
    static constexpr work_item work(std::size_t i)
    {
        return Exe::schedule.work[static_cast<std::size_t>(what.work.begin) + i];
    }
    /// The i-th value that it writes.
    static constexpr store stored(std::size_t i)
    {
        return Exe::schedule.stores[static_cast<std::size_t>(what.stores.begin) + i];
    }
    /// Where a node stands among those that it works with, which it must.
    static constexpr std::size_t position(node_id n)
    {
        std::size_t i = 0;
        while (work(i).value != n) {
            ++i;
        }
        return i;
    }
    /// Which accumulator of the stage holds a node, which one must.
    static constexpr int accumulator_of(node_id n)
    {
        int i = what.accumulators.begin;
        while (Exe::schedule.accumulators[static_cast<std::size_t>(i)].root != n) {
            ++i;
        }
        return i - what.accumulators.begin;
    }
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
