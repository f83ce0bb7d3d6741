#include "unit/matrix_program.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/kernel/run_rows.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace matrix_reductions_test {

using namespace rondo;
using namespace rondo::test;

namespace {

/// A reduction that is an output and, as a new state, is stored a second time.
constexpr program stored_twice()
{
    step_writer s;
    node_id const a = s.input(along_cube);
    node_id const state = s.p.nodes.add({.opcode = op::state, .shape = along_rows, .index = 0});
    node_id const sum = s.p.nodes.sum(s.times(a, state), along_rows);
    s.p.states.push_back({state, sum});
    s.output(sum);
    return s.p;
}

}  // namespace

TEST_CASE("matrix_reductions: a result that two arrays have is reduced once and copied")
{
    using exe = hand_made<stored_twice>;
    using stage_type = stage_exe<exe, 0>;
    using sizes_type = exec_internal::sizes<of_heads>;
    REQUIRE(stage_type::store_count == 2);
    stage_memory<stage_type, double, sizes_type> memory(
        sizes_type(test::head{3}, test::row{5}, test::column{11}), 4);
    run_rows<stage_type, double>(memory.ctx, memory.sizes, {1, 3}, {});
    CHECK(memory.difference({1, 3}) < 1e-12);
    CHECK(memory.is_untouched_outside({1, 3}));
}

}  // namespace matrix_reductions_test
