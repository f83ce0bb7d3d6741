#include "unit/edge_cells.hpp"

#include <rondo/model/sizes.hpp>
#include <rondo/sequence/expected_extents.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("expected_extents: name and size of the dimension of a cell's input or output")
{
    using tested = test::peephole;
    sizes<tested> const bound(input{2}, hidden{5});
    auto const& shapes = compiled<tested>::shapes;
    auto const x = expected_extents<tested>(bound, shapes.inputs[0].shape, 0, 3);
    CHECK(x.value.text() == "input = 2");
    CHECK(x.value.entries() == 2);
    CHECK(x.steps == 0);
    CHECK(x.batch == 3);
    CHECK(expected_extents<tested>(bound, shapes.outputs[0].shape, 4, 3).value.text() == "hidden = 5");
}
