#include "unit/named_cells.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/step_sequences.hpp>

#include <doctest/doctest.h>

#include <type_traits>

namespace {

using namespace rondo;
using namespace rondo::exec_internal;

static_assert(std::is_same_v<inputs_of<lstm<>>, xt::xtensor<float, 3>>);
static_assert(std::is_same_v<outputs_of<lstm<>, double>, xt::xtensor<double, 3>>);
static_assert(!std::is_same_v<inputs_of<test::observing>, xt::xtensor<float, 3>>);
static_assert(step_inputs_of<test::observing>::are_named && !step_inputs_of<lstm<>>::are_named);

}  // namespace

TEST_CASE("step_sequences: arrays are found by name and by index")
{
    inputs_of<test::observing, double> x;
    static_assert(decltype(x)::count == 3);
    x["mask"_s] = xt::ones<double>({2, 3, 4});
    CHECK(&x["mask"_s] == &x.at(1));
    CHECK(x.at(1).shape()[2] == 4);
    CHECK(x.name(2) == "gap");
    CHECK_THROWS_AS(x.at(3), std::out_of_range);
    xt::xtensor<double, 3> single;
    CHECK(&nth_array(single, 0) == &single);
    CHECK(&nth_array(x, 2) == &x["gap"_s]);
}

TEST_CASE("step_sequences: titles and features")
{
    model<test::observing> const m{input{3}, output{4}, hidden{5}};
    CHECK(step_inputs_of<test::observing>::titles[1].view() == "the input \"mask\"");
    CHECK(step_outputs_of<test::observing>::titles[0].view() == "the gradient of the output \"state\"");
    CHECK(step_inputs_of<lstm<>>::titles[0].view() == "the input x");
    CHECK(step_outputs_of<lstm<>>::titles[0].view() == "the output gradient dy");
    CHECK(features_of<step_inputs_of<test::observing>>(m.bound(), 1) == 4);
    CHECK(all_features_of<step_inputs_of<test::observing>>(m.bound()) == 3 + 4 + 1);
    CHECK(all_features_of<step_outputs_of<test::observing>>(m.bound()) == 5 + 4 + 1);
}

TEST_CASE("step_sequences: a long name is cut in messages")
{
    std::string const name(200, 'a');
    CHECK(sequence_title("the input", name).view().size() == sequence_title::most);
}
