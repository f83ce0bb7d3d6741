#include "unit/edge_cells.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/exec/stage_selection.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("stage_selection: all stages, or those that the wanted gradients take")
{
    using exe = backward_exe<lstm<>>;  // two stages of a loop, a phase for the input, two reductions
    constexpr stage_selection<exe> all;
    constexpr stage_selection<exe> every(wanted_gradients{});
    constexpr stage_selection<exe> no_input({.input = false});
    constexpr stage_selection<exe> no_parameters({.parameters = false});
    static_assert(exe::schedule.stages.size() == 5);
    for (std::size_t s = 0; s < 5; ++s) {
        CAPTURE(s);
        CHECK(all.has(s));
        CHECK(every.has(s));
        CHECK(no_input.has(s) == (s != 2));
        CHECK(no_parameters.has(s) == (s < 3));
    }
    CHECK(all.has_any({2, 3}));
    CHECK_FALSE(no_input.has_any({2, 3}));
    CHECK(no_input.has_any({1, 3}));
    CHECK_FALSE(no_parameters.has_any({3, 5}));
    CHECK_FALSE(all.has_any({3, 3}));
}

TEST_CASE("stage_selection: stages of a forward step")
{
    constexpr stage_selection<forward_exe<test::leaky_counter>> all;
    CHECK(all.has(0));
}
