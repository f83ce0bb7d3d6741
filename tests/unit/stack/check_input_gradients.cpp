#include "unit/edge_cells.hpp"
#include "unit/stack/layers.hpp"

#include <rondo/stack/check_input_gradients.hpp>
#include <rondo/stack/dropout.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <utility>

namespace check_input_gradients_test {

using namespace rondo;
using namespace rondo::stack_internal;
using namespace rondo::test;

namespace {

std::string place_of(std::size_t i) { return "place " + std::to_string(i); }

using cell_type = test::rectified;

}  // namespace

TEST_CASE("check_input_gradients: layers before one without a gradient have nothing to train")
{
    auto m = random_model<cell_type>(1, input{3}, hidden{3});
    auto n = random_model<cell_type>(2, input{3}, hidden{3});
    bptt trained{m};
    bptt last{n, {.input_gradient = false}};
    bptt frozen{m, {.frozen = true}};
    bptt constant{std::as_const(m)};
    dropout<double> drop;
    scaling own(2);
    CHECK(is_trained(trained));
    CHECK(is_trained(own));
    CHECK_FALSE(is_trained(frozen));
    CHECK_FALSE(is_trained(constant));
    CHECK_FALSE(is_trained(drop));
    CHECK(gives_input_gradient(trained));
    CHECK(gives_input_gradient(own));
    CHECK_FALSE(gives_input_gradient(last));

    CHECK_NOTHROW(check_order_of_gradients(place_of, last, trained, own));
    CHECK_NOTHROW(check_order_of_gradients(place_of, drop, frozen, constant, last, trained));
    CHECK_THROWS_WITH_AS(
        check_order_of_gradients(place_of, frozen, trained, drop, last),
        "rondo: place 3: expected a gradient of its input, which place 1 needs to be trained; found none, by "
        "run_options::input_gradient",
        input_error);
    CHECK_THROWS_WITH_AS(check_order_of_gradients(place_of, last, own, last),
                         doctest::Contains("rondo: place 2: expected"), input_error);
}

TEST_CASE("check_input_gradients: two layers with one input agree")
{
    auto m = random_model<cell_type>(1, input{3}, hidden{3});
    bptt const with{m};
    bptt const without{m, {.input_gradient = false}};
    CHECK(check_common_gradient("both", place_of, with, with));
    CHECK_FALSE(check_common_gradient("both", place_of, without, without));
    CHECK_THROWS_WITH_AS(check_common_gradient("both", place_of, with, without),
                         "rondo: both: expected a gradient of the input from both layers, or from neither; "
                         "found none from place 1, by run_options::input_gradient",
                         input_error);
    CHECK_THROWS_WITH_AS(check_common_gradient("both", place_of, without, with),
                         doctest::Contains("none from place 0"), input_error);
}

}  // namespace check_input_gradients_test
