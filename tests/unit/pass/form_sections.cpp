#include "unit/sample_cells.hpp"
#include "unit/scheduled_steps.hpp"

#include <rondo/pass/form_sections.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace form_sections_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

bool has_products(stage const& s) { return s.kind == stage_kind::tile; }

/// A broken postcondition of one section; empty if all hold.
std::string broken_promise(schedule const& s, section const& what)
{
    stage const& first = s.stages[what.stages.begin];
    for (stage_id i = what.stages.begin; i < what.stages.end; ++i) {
        stage const& st = s.stages[i];
        if (st.is_reduction() != (what.kind == section_kind::reduction) || st.where != first.where) {
            return "the stages of a section do not run together";
        }
        if ((st.kind == stage_kind::scan) != (what.kind == section_kind::scan)) {
            return "a scan is in another section, or another stage in a scan";
        }
    }
    bool const is_loop = what.kind == section_kind::loop || what.kind == section_kind::scan;
    if (first.where.is_loop != is_loop || (what.kind == section_kind::scan && what.stages.size() != 1)) {
        return "a section is of the wrong kind";
    }
    stage_id next = what.stages.begin;
    for (entry_id g = what.groups.begin; g < what.groups.end; ++g) {
        stage_group const& group = s.groups[g];
        if (group.stages.begin != next || group.stages.size() < 1) {
            return "the groups do not divide the stages";
        }
        next = group.stages.end;
        stage const* const from = s.stages.begin() + group.stages.begin;
        stage const* const to = s.stages.begin() + group.stages.end;
        if (group.is_blocked &&
            (what.kind != section_kind::phase || to - from < 2 || std::any_of(from, to, has_products))) {
            return "a group is blocked and should not be";
        }
        bool const ends_phase = next == what.stages.end || what.kind != section_kind::phase;
        if (!ends_phase && !has_products(*(to - 1)) && !has_products(*to)) {
            return "a group could be longer";
        }
        if (what.kind == section_kind::phase && !group.is_blocked && to - from > 1) {
            return "several stages of a phase are in a group that is not blocked";
        }
    }
    return next == what.stages.end ? "" : "a stage is in no group";
}

/// Whether stage @p st of @p s reads array @p a, found by looking through all of its lists.
bool reads(schedule const& s, stage const& st, array_id a)
{
    auto const any = [](auto const& list, range r, auto const& f) {
        return std::any_of(list.begin() + r.begin, list.begin() + r.end, f);
    };
    return any(s.work, st.work,
               [&](work_item const& w) {
                   bool const is_loaded = w.from == origin::memory || w.from == origin::elsewhere;
                   return is_loaded && s.buffer[w.value] == a;
               }) ||
           any(s.segments, st.segments, [&](segment const& g) { return g.operand == a; }) ||
           any(s.accumulators, st.accumulators,
               [&](accumulator const& c) { return c.start != no_node && s.buffer[c.start] == a; }) ||
           any(s.parts, st.parts,
               [&](gradient_part const& g) { return g.left == a || g.right == a || g.symbols == a; });
}

/// A broken postcondition of a schedule; empty if all hold.
std::string broken_promise(schedule const& s)
{
    stage_id next = 0;
    for (section const& what : s.sections) {
        if (what.stages.begin != next || what.stages.size() < 1) {
            return "the sections do not divide the stages";
        }
        next = what.stages.end;
        if (std::string const broken = broken_promise(s, what); !broken.empty()) {
            return broken;
        }
        bool const joins = next < s.stages.size() &&
                           s.stages[next].is_once == (what.kind == section_kind::once) &&
                           s.stages[next].where == s.stages[what.stages.begin].where &&
                           s.stages[next].is_reduction() == (what.kind == section_kind::reduction);
        if (joins && what.kind != section_kind::scan) {
            return "a section could be longer";
        }
    }
    if (next != s.stages.size() || s.uses.size() != s.arrays.size()) {
        return "a stage is in no section, or an array has no use";
    }
    for (array_id a = 0; a < s.arrays.size(); ++a) {
        array_use found{};
        for (stage const& st : s.stages) {
            (st.is_reduction() ? found.by_reductions : found.by_rows) |= reads(s, st, a);
        }
        bool const streams =
            s.arrays[a].kind == storage::saved && s.arrays[a].shape.rank() == 1 && !found.by_rows;
        if (s.uses[a].by_rows != found.by_rows || s.uses[a].by_reductions != found.by_reductions ||
            s.uses[a].can_stream != streams) {
            return "the use of array " + std::to_string(a) + " is wrong";
        }
    }
    position const last = s.stages.empty() ? position{} : (s.stages.end() - 1)->where;
    bool const single =
        std::all_of(s.stages.begin(), s.stages.end(),
                    [&](stage const& st) { return st.is_once || (st.where.is_loop && st.where == last); }) &&
        last.is_loop;
    return single == s.is_single_loop ? "" : "one loop is all there is, or not, against the stages";
}

/// The sections of a schedule, a letter each.
std::string kinds(schedule const& s)
{
    std::string letters{};
    for (section const& what : s.sections) {
        letters += "LSPRO"[static_cast<std::size_t>(what.kind)];
    }
    return letters;
}

}  // namespace

TEST_CASE("form_sections: an LSTM is a phase and a loop, and backwards a loop, a phase and reductions")
{
    scheduled_steps const s(sample<lstm<>>().step);
    CHECK(kinds(s.forward_schedule) == "PL");
    CHECK(kinds(s.backward_schedule) == "LPR");
    CHECK(kinds(s.inference_schedule) == "L");
    CHECK(s.inference_schedule.is_single_loop);
}

TEST_CASE("form_sections: stages without products that follow each other share rows")
{
    scheduled_steps const s(sample<input_normalised>().step);
    auto const is_blocked = [](stage_group const& g) { return g.is_blocked; };
    auto const& groups = s.backward_schedule.groups;
    CHECK(std::any_of(groups.begin(), groups.end(), is_blocked));
}

TEST_CASE("form_sections: inference gains from single steps if one dense loop ends the step")
{
    auto const gains = [](program const& step) {
        return gains_from_single_steps(scheduled_steps(step).forward_schedule);
    };
    CHECK(gains(sample<lstm<>>().step));
    CHECK(gains(sample<gru>().step));
    CHECK_FALSE(gains(sample<stacked>().step));      // two loops
    CHECK_FALSE(gains(sample<attending>().step));    // a product after the loop
    CHECK_FALSE(gains(sample<delay_chain>().step));  // a scan

    program p{};  // C' = f C + v kᵀ: a loop of matrices alone
    graph& g = p.nodes;
    node_id const x = g.leaf(op::input, 0, {1});
    node_id const c = g.leaf(op::state, 0, {2, 3});
    node_id const v = g.product(g.leaf(op::parameter, 0, {2, 1}), x);
    node_id const k = g.product(g.leaf(op::parameter, 1, {3, 1}), x);
    node_id const outer = g.binary(op::multiply, g.broadcast(v, {2, 3}), k);
    p.states.push_back({c, g.binary(op::add, g.binary(op::multiply, c, k), outer)});
    p.results.push_back({role::output, 0, p.states[0].to});
    CHECK_FALSE(gains(p));
}

TEST_CASE("form_sections: sections, groups and uses are right, in any program and its gradient")
{
    for_each_program(1000, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        scheduled_steps const compiled(s.step);
        CHECK(broken_promise(compiled.forward_schedule) == "");
        CHECK(broken_promise(compiled.backward_schedule) == "");
        CHECK(broken_promise(compiled.inference_schedule) == "");
    });
}

}  // namespace form_sections_test
