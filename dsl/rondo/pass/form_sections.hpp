#pragma once
/// @file
/// Divides the stages of a schedule into sections, and notes who reads each array.
///
/// Which stages run together, which rows they share while those are in a near cache, and which values
/// nobody reads again soon: all of this follows from the list of stages. It is found here once, where
/// tests can check it, so that running a schedule is no more than walking over its sections.

#include <rondo/pass/schedule.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// The kind of the section that a stage belongs to.
constexpr section_kind kind_of_section(stage const& s)
{
    if (s.is_once) {
        return section_kind::once;
    }
    if (s.is_reduction()) {
        return s.adds_to_parameters() ? section_kind::reduction : section_kind::per_sequence_gradient;
    }
    if (!s.where.is_loop) {
        return section_kind::phase;
    }
    return s.kind == stage_kind::scan ? section_kind::scan : section_kind::loop;
}

/// Whether stage @p s can take a few rows at a time together with the stage before it. Stages without
/// products read the rows that the one before has written, which are then still in a near cache. A stage
/// with products takes all rows, to read its weights once.
constexpr bool continues_group(schedule const& s, section_kind kind, stage_id i)
{
    return kind == section_kind::loop ||
           (kind == section_kind::phase && s.stages[i].kind == stage_kind::elementwise &&
            s.stages[i - 1].kind == stage_kind::elementwise);
}

/// Appends the groups of a section's stages.
constexpr range add_groups(schedule& s, section_kind kind, stage_range stages)
{
    range groups{s.groups.size(), 0};
    for (stage_id i = stages.begin; i < stages.end; ++i) {
        if (i > stages.begin && continues_group(s, kind, i)) {
            s.groups.back().stages.end = static_cast<stage_id>(i + 1);
            s.groups.back().is_blocked = kind == section_kind::phase;
        } else {
            s.groups.push_back({.stages = {i, static_cast<stage_id>(i + 1)}});
        }
    }
    groups.end = s.groups.size();
    return groups;
}

/// Calls @p f with every array that stage @p st of @p s reads, or with no_array.
template <class F>
constexpr void for_each_array_read(schedule const& s, stage const& st, F&& f)
{
    for (entry_id i = st.work.begin; i < st.work.end; ++i) {
        bool const is_loaded = s.work[i].from == origin::memory || s.work[i].from == origin::elsewhere;
        f(is_loaded ? s.buffer[s.work[i].value] : no_array);
    }
    for (entry_id i = st.segments.begin; i < st.segments.end; ++i) {
        f(s.segments[i].operand);
    }
    for (entry_id i = st.accumulators.begin; i < st.accumulators.end; ++i) {
        node_id const start = s.accumulators[i].start;
        f(start == no_node ? no_array : s.buffer[start]);
    }
    for (entry_id i = st.parts.begin; i < st.parts.end; ++i) {
        f(s.parts[i].left);
        f(s.parts[i].right);
        f(s.parts[i].symbols);
    }
}

/// Notes who reads each array.
constexpr void mark_uses(schedule& s)
{
    for (array_id a = 0; a < s.arrays.size(); ++a) {
        s.uses.push_back({});
    }
    for (stage const& st : s.stages) {
        bool const is_reduction = st.adds_to_parameters();
        for_each_array_read(s, st, [&](array_id a) {
            if (a != no_array) {
                (is_reduction ? s.uses[a].by_reductions : s.uses[a].by_rows) = true;
            }
        });
    }
    for (array_id a = 0; a < s.arrays.size(); ++a) {
        s.uses[a].can_stream =
            s.arrays[a].kind == storage::saved && s.arrays[a].shape.rank() == 1 && !s.uses[a].by_rows;
    }
}

}  // namespace detail

/// Completes @p s, which emit_schedule() has made, with its sections and the uses of its arrays.
///
/// Afterwards: the sections divide the stages in their order, and the groups of a section divide its
/// stages; the stages of a section are all reductions or all run at one position; a scan is a section
/// of its own; a blocked group is two or more stages without products, and the stages next to it in
/// its section have products.
constexpr void form_sections(schedule& s)
{
    for (stage_id first = 0; first < s.stages.size();) {
        section_kind const kind = detail::kind_of_section(s.stages[first]);
        stage_range stages{first, first};
        while (stages.end < s.stages.size() && detail::kind_of_section(s.stages[stages.end]) == kind &&
               s.stages[stages.end].where == s.stages[first].where) {
            ++stages.end;
        }
        s.sections.push_back({kind, stages, detail::add_groups(s, kind, stages)});
        first = stages.end;
    }
    int loops = 0;
    int others = 0;
    for (section const& part : s.sections) {
        (part.kind == section_kind::loop || part.kind == section_kind::scan ? loops : others) +=
            part.kind != section_kind::once;
    }
    s.is_single_loop = loops == 1 && others == 0;
    detail::mark_uses(s);
}

/// Whether inference gains from multiplying by the input and by the state in the tiles of one step: if
/// there is one dense loop and no product after it in @p forward. A scan has no tiles, and neither has a loop
/// of matrix stages alone. The weights of several loops, or of a wide read-out, are better read once for many
/// steps than in every step.
constexpr bool gains_from_single_steps(schedule const& forward)
{
    int loops = 0;
    for (section const& s : forward.sections) {
        loops += s.kind == section_kind::loop;
        bool only_matrices = true;
        for (stage_id i = s.stages.begin; i < s.stages.end; ++i) {
            only_matrices = only_matrices && forward.stages[i].has_matrices();
        }
        if (s.kind == section_kind::scan || (s.kind == section_kind::loop && only_matrices)) {
            return false;
        }
        for (stage_id i = s.stages.begin; i < s.stages.end; ++i) {
            if (loops > 0 && s.kind == section_kind::phase && forward.stages[i].kind == stage_kind::tile) {
                return false;
            }
        }
    }
    return loops == 1;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
