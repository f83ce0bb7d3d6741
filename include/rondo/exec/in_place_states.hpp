#pragma once
/// @file
/// The states that a step can update in place, if nothing is saved.
///
/// A matrix state fills a near cache. Where the new one takes the place of the old one, it is there once and
/// not twice, and a run over many steps does not write one for every step. That is possible if one stage
/// computes the new entries from the old ones of the same positions, and no other stage reads the old ones
/// later.

#include <rondo/kernel/context.hpp>
#include <rondo/pass/form_sections.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::exec_internal {

namespace detail {

/// Whether stage @p number of @p s may run if the array @p in is also @p out. @p writer is the stage that
/// writes it.
constexpr bool allows_update(schedule const& s, stage_id number, stage_id writer, array_id in, array_id out)
{
    stage const& what = s.stages[number];
    bool reads_old = false;
    bool reads_new = false;
    ir_internal::detail::for_each_array_read(s, what, [&](array_id a) {
        reads_old = reads_old || a == in;
        reads_new = reads_new || a == out;
    });
    bool moves = false;
    for (entry_id i = what.segments.begin; i < what.segments.end; ++i) {
        moves = moves || s.segments[i].operand == in;
    }
    for (entry_id i = what.work.begin; i < what.work.end; ++i) {
        moves = moves || (s.work[i].from == origin::elsewhere && s.buffer[s.work[i].value] == in);
    }
    bool const is_in_loop = what.where == s.stages[writer].where && !what.is_reduction();
    return (!reads_old || (is_in_loop && number <= writer)) && (!reads_new || is_in_loop) &&
           !(moves && number == writer);
}

/// The array of @p s that has state @p k; the number of arrays if there is none.
constexpr array_id array_of_state(schedule const& s, storage kind, std::size_t k)
{
    array_id a = 0;
    while (a < s.arrays.size() &&
           (s.arrays[a].kind != kind || s.arrays[a].index != static_cast<std::int16_t>(k))) {
        ++a;
    }
    return a;
}

/// Whether @p s, a schedule of @p p, can update state @p k in place.
constexpr bool can_update(program const& p, schedule const& s, std::size_t k)
{
    array_id const in = array_of_state(s, storage::carried_in, k);
    array_id const out = array_of_state(s, storage::carried_out, k);
    if (p.states[k].delay > 1 || in == s.arrays.size() || !s.arrays[in].shape.is_matrix()) {
        return false;
    }
    stage_id writer = 0;
    for (stage_id i = 0; i < s.stages.size(); ++i) {
        for (entry_id j = s.stages[i].stores.begin; j < s.stages[i].stores.end; ++j) {
            writer = s.stores[j].to == out ? i : writer;
        }
    }
    bool can = s.stages[writer].where.is_loop;
    for (stage_id i = 0; i < s.stages.size(); ++i) {
        can = can && allows_update(s, i, writer, in, out);
    }
    return can;
}

}  // namespace detail

/// Whether state @p k can be updated in place by the stages of @p Exe.
template <class Exe>
inline constexpr auto in_place_states = [] {
    std::array<bool, max_states> can{};
    for (std::size_t k = 0; k < Exe::program.states.size(); ++k) {
        can[k] = detail::can_update(Exe::program, Exe::schedule, k);
    }
    return can;
}();

/// Whether array @p a of @p Exe has a state, as a step finds or leaves it, that can be updated in place.
template <class Exe>
constexpr bool is_in_place(array const& a)
{
    return (a.kind == storage::carried_in || a.kind == storage::carried_out) &&
           in_place_states<Exe>[static_cast<std::size_t>(a.index)];
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
