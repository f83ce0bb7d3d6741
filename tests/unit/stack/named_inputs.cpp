#include "unit/stack/named_layers.hpp"

#include <rondo/error/input_error.hpp>
#include <rondo/stack/named_inputs.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

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
    auto const given = copies.take(named("kept"_s = kept, "x"_s = x), {}).arrays;
    CHECK(first_input(given) == sequences{{{1}, {2}}, {{3}, {4}}, {{5}, {6}}});
    CHECK(given.get<decltype("kept"_s)>().array == xt::xtensor<double, 2>{{7}, {8}});

    sequences const own = xt::ones<double>({3, 2, 1});
    CHECK(&first_input(copies.take(named("kept"_s = kept, "x"_s = own), {}).arrays) != &own);
    CHECK(&first_input(copies.take(named("kept"_s = kept, "x"_s = borrowed(own)), {}).arrays) == &own);
    input_copies<double, one_input> single;
    CHECK(&first_input(single.take(own, {}).arrays) == &own);
}

TEST_CASE("named_inputs: rejects arrays of other dimensions by name")
{
    input_copies<double, two> copies;
    sequences const x = xt::ones<double>({3, 2, 1});
    xt::xtensor<double, 1> const kept{7, 8};
    CHECK_THROWS_WITH_AS(copies.take(named("kept"_s = x, "x"_s = x), {}),
                         doctest::Contains("the input \"kept\": expected shape (batch"), input_error);
    CHECK_THROWS_WITH_AS(copies.take(named("kept"_s = kept, "x"_s = kept), {}),
                         doctest::Contains("the input \"x\": expected shape (time, batch, features)"),
                         input_error);
}

TEST_CASE("named_inputs: copies lists of sequences into arrays, and takes their lengths")
{
    using other_input = layer_input<decltype("other"_s), false, false>;
    input_copies<double, input_list<true, x_input, kept_input, other_input>> copies;
    std::vector<xt::xtensor<int, 2>> const x{{{1, 2}}, {{3, 4}, {5, 6}}};
    std::vector<xt::xtensor<float, 1>> const other{{7}, {8, 9}};
    xt::xtensor<int, 1> const kept{10, 11};
    auto const taken = copies.take(named("other"_s = other, "kept"_s = kept, "x"_s = x), {});
    CHECK(first_input(taken.arrays) == sequences{{{1, 2}, {3, 4}}, {{0, 0}, {5, 6}}});
    CHECK(taken.arrays.get<decltype("other"_s)>().array == sequences{{{7}, {8}}, {{0}, {9}}});
    CHECK(taken.arrays.get<decltype("kept"_s)>().array == xt::xtensor<double, 2>{{10}, {11}});
    REQUIRE(taken.lengths.count() == 2);
    CHECK(taken.lengths[0] == 1);
    CHECK(taken.lengths[1] == 2);

    auto const take = [&](auto const& others, lengths_view lengths) {
        copies.take(named("other"_s = others, "kept"_s = kept, "x"_s = x), lengths);
    };
    CHECK_THROWS_WITH_AS(
        take(other, std::vector{1, 2}),
        "rondo: the lengths: expected none, as a list has those of its sequences; found 2 numbers",
        input_error);
    CHECK_THROWS_WITH_AS(take(std::vector<xt::xtensor<float, 1>>{{7}, {8}}, {}),
                         doctest::Contains("the input \"other\": expected 2 steps, as in the first list; "
                                           "found 1 for sequence 1"),
                         input_error);
    CHECK_THROWS_WITH_AS(take(std::vector<xt::xtensor<float, 1>>{{7}}, {}),
                         doctest::Contains("expected 2 sequences, as the first list has; found 1"),
                         input_error);
    CHECK_THROWS_WITH_AS(take(std::vector<xt::xtensor<float, 2>>{{{7, 1}}, {{8}, {9}}}, {}),
                         doctest::Contains("sequences of shape (time, features = 2)"), input_error);
    // Lengths of a list are those of one call.
    sequences const array = xt::ones<double>({3, 2, 1});
    CHECK(!copies.take(named("other"_s = array, "kept"_s = kept, "x"_s = array), {}).lengths.are_given());
}

TEST_CASE("named_inputs: gives a layer those that it takes, by reference")
{
    input_copies<double, two> copies;
    sequences const x = xt::ones<double>({3, 2, 1});
    sequences const y = xt::zeros<double>({3, 2, 1});
    xt::xtensor<double, 1> const kept{7, 8};
    auto const given = copies.take(named("kept"_s = kept, "x"_s = x), {}).arrays;
    auto const run = inputs_for<two>::of<false>(y, given);
    CHECK(&run.get<decltype("x"_s)>() == &y);
    CHECK(&run.get<decltype("kept"_s)>() == &given.get<decltype("kept"_s)>().array);
    auto const layer = inputs_for<two>::of<true>(borrowed(y), given);
    CHECK(&layer.get<decltype("x"_s)>().array == &y);
    CHECK(&layer.get<decltype("kept"_s)>().array == &given.get<decltype("kept"_s)>().array);
}

}  // namespace named_inputs_test
