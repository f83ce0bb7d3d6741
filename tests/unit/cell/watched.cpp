#include "unit/checked_cell.hpp"
#include "unit/watching_cells.hpp"

#include <rondo/cell/watched.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

namespace watched_test {

using namespace rondo;
using namespace rondo::exec_internal;
using tested = watched<test::watching_twice>;

namespace {

static_assert(std::is_same_v<dimensions_of<tested>, dimensions_of<test::watching_twice>>);
static_assert(step_inputs_of<tested>::count == 4 && step_inputs_of<tested>::optional == 3);
static_assert(compiled<tested>::shapes.has_start);

}  // namespace

TEST_CASE("watched: inputs, outputs, states and parameters have their names")
{
    auto const names = [](auto const& list) {
        std::string all;
        for (auto const& one : list) {
            all += std::string(one.name.view()) + ",";
        }
        return all;
    };
    auto const& shapes = compiled<tested>::shapes;
    CHECK(names(shapes.inputs) == "x,a,b,a.2,");
    CHECK(names(shapes.outputs) == "h,sum,a,b,a.2,");
    CHECK(names(shapes.parameters) == names(compiled<test::watching_twice>::shapes.parameters));
    CHECK(names(compiled<watched<test::coupled<true>>>::shapes.outputs) == "y,forget gate,share,unused,");
    CHECK(shapes.state_names[0].view() == "h");
}

TEST_CASE("watched: the gradients of watched values agree with differences")
{
    test::gradient_agrees<watched<test::coupled<true>>>();
    test::gradient_agrees<tested>();
}

}  // namespace watched_test
