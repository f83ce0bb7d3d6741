#include "unit/stack/named_layers.hpp"

#include <rondo/error/input_error.hpp>
#include <rondo/stack/named_inputs.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace named_inputs_test {

using namespace rondo;
using namespace rondo::stack_internal;

namespace {

using sequences = xt::xtensor<double, 3>;
using x_input = layer_input<decltype("x"_s), false, false>;
using kept_input = layer_input<decltype("kept"_s), true, true>;
using two = input_list<true, x_input, kept_input>;

}  // namespace

TEST_CASE("named_inputs: converts what a caller gives, and copies what a layer could overwrite")
{
    input_copies<double, two> copies;
    xt::xtensor<int, 2> const x{{1, 2}, {3, 4}, {5, 6}};
    xt::xtensor<int, 1> const kept{7, 8};
    auto const given = copies.take(named("kept"_s = kept, "x"_s = x));
    CHECK(first_input(given) == sequences{{{1}, {2}}, {{3}, {4}}, {{5}, {6}}});
    CHECK(given.get<decltype("kept"_s)>().array == xt::xtensor<double, 2>{{7}, {8}});

    sequences const own = xt::ones<double>({3, 2, 1});
    CHECK(&first_input(copies.take(named("kept"_s = kept, "x"_s = own))) != &own);
    CHECK(&first_input(copies.take(named("kept"_s = kept, "x"_s = borrowed(own)))) == &own);
    input_copies<double, one_input> single;
    CHECK(&first_input(single.take(own)) == &own);
}

TEST_CASE("named_inputs: rejects arrays of other dimensions by name")
{
    input_copies<double, two> copies;
    sequences const x = xt::ones<double>({3, 2, 1});
    xt::xtensor<double, 1> const kept{7, 8};
    CHECK_THROWS_WITH_AS(copies.take(named("kept"_s = x, "x"_s = x)),
                         doctest::Contains("the input \"kept\": expected shape (batch"), input_error);
    CHECK_THROWS_WITH_AS(copies.take(named("kept"_s = kept, "x"_s = kept)),
                         doctest::Contains("the input \"x\": expected shape (time, batch, features)"),
                         input_error);
}

TEST_CASE("named_inputs: gives a layer those that it takes, by reference")
{
    input_copies<double, two> copies;
    sequences const x = xt::ones<double>({3, 2, 1});
    sequences const y = xt::zeros<double>({3, 2, 1});
    xt::xtensor<double, 1> const kept{7, 8};
    auto const given = copies.take(named("kept"_s = kept, "x"_s = x));
    auto const run = inputs_for<two>::of<false>(y, given);
    CHECK(&run.get<decltype("x"_s)>() == &y);
    CHECK(&run.get<decltype("kept"_s)>() == &given.get<decltype("kept"_s)>().array);
    auto const layer = inputs_for<two>::of<true>(borrowed(y), given);
    CHECK(&layer.get<decltype("x"_s)>().array == &y);
    CHECK(&layer.get<decltype("kept"_s)>().array == &given.get<decltype("kept"_s)>().array);
}

}  // namespace named_inputs_test
