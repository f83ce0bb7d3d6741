#include "unit/edge_cells.hpp"

#include <rondo/model/model_contents.hpp>

#include <doctest/doctest.h>

#include <algorithm>

namespace model_contents_test {

using namespace rondo;
using namespace rondo::exec_internal;

using cell_type = test::rectified;
using contents = model_contents<cell_type, double>;

TEST_CASE("model_contents: parameters of the same sizes are assigned in place")
{
    contents to(sizes<cell_type>(input{2}, hidden{3}));
    contents from(to.bound);
    from.parameters["W"_s](2, 1) = 5;
    auto const view = to.parameters["W"_s];
    double const* const entries = to.parameters.flat().data();
    to.assign(from);
    CHECK(view(2, 1) == 5);
    CHECK(to.parameters.flat().data() == entries);
    to.assign(to);
    CHECK(view(2, 1) == 5);
}

TEST_CASE("model_contents: other sizes are rejected by the name of the dimension, and nothing has changed")
{
    contents to(sizes<cell_type>(input{2}, hidden{3}));
    to.parameters.fill(1);
    contents const from(sizes<cell_type>(input{2}, hidden{4}));
    CHECK_THROWS_WITH_AS(to.assign(from),
                         "rondo: dimension 'hidden' of the assigned model: expected 3, as runs refer to the "
                         "model that is assigned to; found 4",
                         input_error);
    CHECK(to.bound.of<hidden>() == 3);
    CHECK(to.parameters["U"_s](2, 2) == 1);
    CHECK_THROWS_WITH_AS(to.assign(contents(sizes<cell_type>(input{1}, hidden{3}))),
                         doctest::Contains("dimension 'input'"), input_error);
}

}  // namespace model_contents_test
