#pragma once
/// @file
/// A program with its schedule as a type.
///
/// A kernel is a template of such a type. Stage and node numbers are template arguments here and nowhere
/// else, so that the compiler knows everything that the graph says of them.

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
    static constexpr ir_internal::program const& program = compiled<Cell>::forward;  ///< the step
    static constexpr ir_internal::schedule const& schedule =
        compiled<Cell>::forward_schedule;  ///< its schedule
};

/// The forward step of @p Cell without saved values, see compiled::inference_schedule.
template <class Cell>
struct inference_exe {
    using cell_type = Cell;                                                            ///< whose step it is
    static constexpr ir_internal::program const& program = compiled<Cell>::inference;  ///< the step
    static constexpr ir_internal::schedule const& schedule =
        compiled<Cell>::inference_schedule;  ///< its schedule
};

/// The backward step of @p Cell.
template <class Cell>
struct backward_exe {
    using cell_type = Cell;                                                           ///< whose step it is
    static constexpr ir_internal::program const& program = compiled<Cell>::backward;  ///< the step
    static constexpr ir_internal::schedule const& schedule =
        compiled<Cell>::backward_schedule;  ///< its schedule
};

/// The @p N entries of a list, without its unused capacity.
template <std::size_t N, class List>
constexpr auto to_array(List const& list)
{
    std::array<std::remove_cvref_t<decltype(*list.begin())>, N> entries{};
    std::copy(list.begin(), list.end(), entries.begin());
    return entries;
}

/// The lists of a schedule that a program reads while it runs, in their true sizes. A schedule has room for
/// the largest step; a program that read the schedule itself would contain all of it.
template <class Exe>
struct schedule_tables {
    /// How the stages run together.
    static constexpr auto sections = to_array<Exe::schedule.sections.size()>(Exe::schedule.sections);
    /// Stages of a section that share rows.
    static constexpr auto groups = to_array<Exe::schedule.groups.size()>(Exe::schedule.groups);
    /// In the order of execution.
    static constexpr auto stages = to_array<Exe::schedule.stages.size()>(Exe::schedule.stages);
    /// Read and written by stages.
    static constexpr auto arrays = to_array<Exe::schedule.arrays.size()>(Exe::schedule.arrays);
    /// Who reads each array.
    static constexpr auto uses = to_array<Exe::schedule.uses.size()>(Exe::schedule.uses);
    /// Of products.
    static constexpr auto factors = to_array<Exe::schedule.factors.size()>(Exe::schedule.factors);
    /// Of gradients.
    static constexpr auto parts = to_array<Exe::schedule.parts.size()>(Exe::schedule.parts);
};

/// Stage @p S of @p Exe.
template <class Exe, std::size_t S>
struct stage_exe {
    using exe = Exe;                                               ///< the program it is a stage of
    static constexpr stage const& what = Exe::schedule.stages[S];  ///< its entry in the schedule
    static constexpr std::size_t number = S;                       ///< its place in the schedule
    /// The number of values that it works with.
    static constexpr auto work_count = static_cast<std::size_t>(what.work.size());
    /// The number of values that it writes.
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
    /// The index of a node among the values that it works with. The node must be one of them.
    static constexpr std::size_t position(node_id n)
    {
        std::size_t i = 0;
        while (work(i).value != n || work(i).from == origin::elsewhere) {
            ++i;
        }
        return i;
    }
    /// The accumulator of the stage that holds a node. There must be one.
    static constexpr int accumulator_of(node_id n)
    {
        int i = what.accumulators.begin;
        while (Exe::schedule.accumulators[i].root != n) {
            ++i;
        }
        return i - what.accumulators.begin;
    }
    /// position() as a constant. Code that runs needs it: a compiler may leave a call to run time, and then a
    /// program searches its schedule for every vector.
    template <node_id N>
    static constexpr std::size_t position_of = position(N);
    /// accumulator_of() as a constant.
    template <node_id N>
    static constexpr int accumulator_number = accumulator_of(N);
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
