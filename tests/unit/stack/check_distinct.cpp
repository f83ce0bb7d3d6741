#include "unit/edge_cells.hpp"
#include "unit/stack/layers.hpp"

#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/check_distinct.hpp>
#include <rondo/stack/dropout.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <utility>

namespace check_distinct_test {

using namespace rondo;
using namespace rondo::stack_internal;
using namespace rondo::test;

namespace {

std::string place_of(std::size_t i) { return "place " + std::to_string(i); }

using cell_type = test::rectified;

}  // namespace

TEST_CASE("check_distinct: a layer, and a run inside one, is at one place")
{
    scaling one(2);
    scaling other(2);
    CHECK_NOTHROW(check_distinct("here", place_of, one, other));
    CHECK_THROWS_WITH_AS(
        check_distinct("here", place_of, one, other, one),
        "rondo: here: expected layers of its own at each place, as each keeps one run; found the "
        "same one at place 0 and place 2",
        input_error);
    stack inside{one};
    CHECK_THROWS_WITH_AS(check_distinct("here", place_of, other, inside, one),
                         doctest::Contains("at place 1 and place 2"), input_error);
}

TEST_CASE("check_distinct: a model that is trained is at one place, of any depth")
{
    model<cell_type, double> m{input{3}, hidden{3}};
    model<cell_type, double> n{input{3}, hidden{3}};
    CHECK_THROWS_WITH_AS(
        (stack{bptt{m}, scaling{1}, bptt{m}}),
        "rondo: stack: expected a model of its own at each place, or one that is const or frozen, "
        "as each run has a part of the gradient; found the same one at layer 0 of the stack and "
        "layer 2 of the stack",
        input_error);
    CHECK_THROWS_WITH_AS((bidirectional{bptt{m}, bptt{m}}),
                         doctest::Contains("found the same one at the layer forwards in time and the layer "
                                           "backwards in time"),
                         input_error);
    CHECK_THROWS_WITH_AS((stack{bptt{n}, residual{bptt{m}}, bidirectional{residual{bptt{m}}, scaling{1}}}),
                         doctest::Contains("at layer 1 of the stack and layer 2 of the stack"), input_error);

    // A model without an update may repeat.
    auto const& constant = std::as_const(m);
    CHECK_NOTHROW((stack{bptt{m}, bptt{constant}, bptt{m, {.frozen = true}}}));
    CHECK_NOTHROW((bidirectional{bptt{constant}, bptt{constant}}));
    CHECK_NOTHROW((stack{bptt{m}, bptt{n}, bptt{model(m)}}));
}

}  // namespace check_distinct_test
