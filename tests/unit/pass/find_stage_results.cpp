#include "unit/edge_cells.hpp"
#include "unit/named_cells.hpp"
#include "unit/sample_cells.hpp"
#include "unit/scheduled_steps.hpp"

#include <rondo/cell/gru_reset_before.hpp>
#include <rondo/cell/min_gru.hpp>
#include <rondo/cell/sru.hpp>
#include <rondo/pass/find_stage_results.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace find_stage_results_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

constexpr input_set only(std::size_t k)
{
    input_set one = false;
    one.insert(k);
    return one;
}
constexpr std::array<wanted_gradients, 6> all_wishes{{{},
                                                      {.input = false},
                                                      {.parameters = false},
                                                      {.input = false, .parameters = false},
                                                      {.input = only(0)},
                                                      {.input = only(1), .parameters = false}}};

/// Whether each stage is needed for the wanted gradients.
std::vector<bool> find_needed(schedule const& s, wanted_gradients wanted)
{
    std::vector<bool> needed;
    for (result_set const found : find_stage_results(s)) {
        needed.push_back((found & wanted.results()) != 0);
    }
    return needed;
}

/// The stages of a backward step, a letter each: of a loop, a scan, a phase or a reduction; '-' if it is not
/// needed.
template <class Cell>
std::string needed_stages(wanted_gradients wanted)
{
    scheduled_steps const s(sample<Cell>().step);
    std::vector<bool> const needed = find_needed(s.backward_schedule, wanted);
    std::string letters{};
    for (section const& what : s.backward_schedule.sections) {
        for (stage_id i = what.stages.begin; i < what.stages.end; ++i) {
            letters +=
                needed[static_cast<std::size_t>(i)] ? "LSPRO"[static_cast<std::size_t>(what.kind)] : '-';
        }
    }
    return letters;
}

/// A broken postcondition; empty if all hold.
std::string broken_promise(schedule const& s, wanted_gradients wanted)
{
    std::vector<bool> const needed = find_needed(s, wanted);
    std::vector<bool> is_written(static_cast<std::size_t>(s.arrays.size()));
    std::vector<bool> is_skipped(is_written.size());
    for (stage_id i = 0; i < s.stages.size(); ++i) {
        stage const& st = s.stages[i];
        bool const runs = needed[static_cast<std::size_t>(i)];
        if (!runs && st.where.is_loop) {
            return "a stage of a loop is skipped";
        }
        if (st.is_reduction() && runs != wanted.parameters) {
            return "a reduction runs, or does not, against what is wanted";
        }
        for (entry_id e = st.stores.begin; e < st.stores.end; ++e) {
            if (array_id const to = s.stores[e].to; to != no_array) {
                (runs ? is_written : is_skipped)[static_cast<std::size_t>(to)] = true;
            }
        }
    }
    bool missing = false;
    for (stage_id i = 0; i < s.stages.size(); ++i) {
        ir_internal::detail::for_each_array_read(s, s.stages[i], [&](array_id a) {
            missing = missing || (needed[static_cast<std::size_t>(i)] && a != no_array &&
                                  is_skipped[static_cast<std::size_t>(a)]);
        });
    }
    if (missing) {
        return "a stage that runs reads what no stage has written";
    }
    for (array_id a = 0; a < s.arrays.size(); ++a) {
        bool const is_skipped_here = is_skipped[static_cast<std::size_t>(a)];
        if (s.arrays[a].kind == storage::carried_out && is_skipped_here) {
            return "the adjoint of a state is missing";
        }
        if (s.arrays[a].kind == storage::input_gradient && is_skipped_here &&
            wanted.input.has(static_cast<std::size_t>(s.arrays[a].index))) {
            return "the gradient of the input is missing";
        }
    }
    return "";
}

}  // namespace

TEST_CASE("find_stage_results: the gradient of the input is a phase of its own in the cells of the gallery")
{
    constexpr wanted_gradients no_input{.input = false};
    constexpr wanted_gradients no_parameters{.parameters = false};
    CHECK(needed_stages<lstm<>>({}) == "LLPRR");
    CHECK(needed_stages<lstm<>>(no_input) == "LL-RR");
    CHECK(needed_stages<lstm<>>(no_parameters) == "LLP--");
    CHECK(needed_stages<lstm<>>({.input = false, .parameters = false}) == "LL---");
    CHECK(needed_stages<test::gru>(no_input) == "LL-RR");
    CHECK(needed_stages<rondo::gru_reset_before<>>({}) == "PLLLPRR");
    CHECK(needed_stages<rondo::gru_reset_before<>>(no_input) == "PLLL-RR");
    CHECK(needed_stages<rondo::gru_reset_before<>>(no_parameters) == "-LLLP--");  // r * h, for a weight
    CHECK(needed_stages<min_gru<>>(no_input) == "SP-RR");
    CHECK(needed_stages<min_gru<>>({.input = false, .parameters = false}) == "S----");
    CHECK(needed_stages<sru<>>({}) == "PPSPPRR");
    CHECK(needed_stages<sru<>>(no_input) == "P-SP-RR");  // two products
}

TEST_CASE("find_stage_results: the gradients of several inputs are wanted one by one")
{
    CHECK(needed_stages<observing>({}) == "PPLLPPPPPRR");
    CHECK(needed_stages<observing>({.input = false}) == "PPLLPP---RR");
    CHECK(needed_stages<observing>({.input = only(0)}) == "PPLLPP--PRR");
    CHECK(needed_stages<observing>({.input = only(1)}) == "PPLLPPP--RR");
    CHECK(needed_stages<observing>({.input = only(2)}) == "PPLLPP-P-RR");
}

TEST_CASE("find_stage_results: a stage that also writes something else stays")
{
    auto const fuses = [](sample_program const& s) {
        scheduled_steps const steps(s.step);
        schedule const& back = steps.backward_schedule;
        return results_beside_input(back, find_stage_results(back), 0) != 0;
    };
    CHECK(needed_stages<amplifying>({.input = false}) == "SPR");
    CHECK(fuses(sample<amplifying>()));
    for (named_sample const& s : sample_cells()) {
        INFO(s.name);
        CHECK_FALSE(fuses(s.cell));
    }
}

TEST_CASE("find_stage_results: no wanted value is missing, in any program")
{
    for_each_program(1000, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        scheduled_steps const compiled(s.step);
        for (wanted_gradients const& wanted : all_wishes) {
            CHECK(broken_promise(compiled.backward_schedule, wanted) == "");
        }
        for (bool const is_needed : find_needed(compiled.backward_schedule, {})) {
            CHECK(is_needed);
        }
    });
}

}  // namespace find_stage_results_test
