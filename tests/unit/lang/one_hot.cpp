#include "unit/named_cells.hpp"

#include <rondo/lang/one_hot.hpp>
#include <rondo/pass/pipeline.hpp>

#include <doctest/doctest.h>

namespace one_hot_test {

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

constexpr auto const& compiled_step = compiled<test::reading_symbols>::traced;
static_assert(compiled_step.shapes.inputs[0].is_symbol && !compiled_step.shapes.inputs[1].is_symbol);
static_assert(!compiled_step.met_unlisted);

/// The nodes of a step that look a row or column up.
int look_ups(program const& p)
{
    int count = 0;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        count += is_look_up(p.nodes, i) ? 1 : 0;
    }
    return count;
}

}  // namespace

TEST_CASE("one_hot: a product with a symbol is a look-up, and no stage multiplies by it")
{
    CHECK(look_ups(compiled_step.step) == 2);
    schedule const& forward = compiled<test::reading_symbols>::forward_schedule;
    for (segment const& s : forward.segments) {
        CHECK(forward.arrays[s.operand].kind != storage::input);
    }
}

TEST_CASE("one_hot: the gradient of a matrix is scattered")
{
    schedule const& backward = compiled<test::reading_symbols>::backward_schedule;
    int scattered = 0;
    for (stage const& s : backward.stages) {
        for (entry_id k = s.parts.begin; k < s.parts.end; ++k) {
            CHECK((s.kind == stage_kind::symbol_gradient) == (backward.parts[k].symbols != no_array));
            scattered += backward.parts[k].symbols != no_array ? 1 : 0;
        }
    }
    CHECK(scattered == 2);
}

}  // namespace one_hot_test
