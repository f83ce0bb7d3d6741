#include "unit/stack/layers.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/stack/residual.hpp>

#include <type_traits>
#include <utility>

using namespace rondo;
using namespace rondo::stack_internal;
using namespace rondo::test;

TEST_CASE_TEMPLATE("residual: the output is the sum of the layer's and the input, and so is the gradient",
                   Cell, elman<>, lstm<>, gru_reset_after<>)
{
    auto m = random_model<Cell>(1, input{5}, hidden{5});
    sequences const x = random_sequences(2, 6, 3, 5);
    sequences const dy = random_sequences(3, 6, 3, 5);
    bptt plain{m};
    residual around{bptt{m}};
    sequences const y = x + plain.forward(x);
    CHECK(around.forward(x) == y);
    sequences const dx = dy + plain.backward(dy).input;
    CHECK(around.backward(dy).input == dx);
    CHECK(std::ranges::equal(around.parameter_groups()[0].gradients, plain.parameter_groups()[0].gradients));
    CHECK(around.parameter_groups()[0].parameters.data() == m.parameters().flat().data());
    CHECK(around.infer(x) == y);
}

TEST_CASE_TEMPLATE("residual: differences agree with the gradient", Cell, elman<>, lstm<>, gru_reset_after<>)
{
    auto m = random_model<Cell>(1, input{5}, hidden{5});
    residual around{bptt{m}};
    gradient_report const report = check_gradient(around, random_sequences(2, 5, 3, 5));
    INFO(report);
    CHECK(report.agrees());
    CHECK(report.kinks() == 0);
}

TEST_CASE("residual: differences agree with lengths, around a cell and a user's layer")
{
    auto m = random_model<coupled>(1, input{4}, hidden{6}, output{4});
    residual around{bptt{m}};
    gradient_report report = check_gradient(around, random_sequences(2, 5, 3, 4), {.lengths = {2, 5, 4}});
    INFO(report);
    CHECK(report.agrees());
    residual strange{scaling{0.75}};
    report = check_gradient(strange, random_sequences(2, 5, 3, 4), {.lengths = {2, 5, 4}});
    INFO(report);
    CHECK(report.agrees());
}

TEST_CASE("residual: sequences of different lengths give the results of each alone")
{
    auto m = random_model<lstm<>>(1, input{5}, hidden{5});
    residual around{bptt{m}};
    lengths_agree(around, 5);
}

TEST_CASE("residual: owns a temporary, refers to an object; two nested ones are two")
{
    auto m = random_model<elman<>>(1, input{3}, hidden{3});
    bptt run{m};
    residual around{run};
    static_assert(std::is_same_v<decltype(around), residual<bptt<elman<>, double>&>>);
    sequences const x = random_sequences(2, 4, 2, 3);
    around.forward(x);
    CHECK(&around.inner() == &run);
    CHECK(run.final_states()[0].shape()[0] == 2);

    residual twice{residual{bptt{m}}};
    static_assert(std::is_same_v<decltype(twice), residual<residual<bptt<elman<>, double>>>>);
    residual twice_referring{around};
    static_assert(std::is_same_v<decltype(twice_referring), residual<residual<bptt<elman<>, double>&>&>>);
    sequences const y = x + (x + run.infer(x));
    CHECK(twice.forward(x) == y);
    CHECK(twice_referring.forward(x) == y);
}

TEST_CASE("residual: rejects layers that do not fit")
{
    auto m = random_model<elman<>>(1, input{3}, hidden{4});
    residual around{bptt{m}};
    CHECK_THROWS_WITH_AS(around.forward(random_sequences(1, 5, 2, 3)),
                         "rondo: residual: expected an output of the shape of the input, (5, 2, 3), to add "
                         "the two; found (5, 2, 4)",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(around.backward(random_sequences(1, 5, 2, 4)),
                         doctest::Contains("rondo: backward() needs a forward() before it"),
                         std::logic_error);
    residual shorter{shrinking{1, 0}};
    CHECK_THROWS_WITH_AS(shorter.infer(random_sequences(1, 5, 2, 3)),
                         doctest::Contains("(5, 2, 3), to add the two; found (4, 2, 3)"),
                         std::invalid_argument);

    auto fitting = random_model<elman<>>(1, input{3}, hidden{3});
    residual good{bptt{fitting}};
    good.forward(random_sequences(1, 5, 2, 3));
    CHECK_THROWS_WITH_AS(good.backward(random_sequences(1, 5, 1, 3)),
                         "rondo: the output gradient dy: expected shape (time = 5, batch = 2, features = 3), "
                         "no extent of 0; found (5, 1, 3)",
                         std::invalid_argument);
    good.infer(random_sequences(1, 5, 2, 3));
    CHECK_THROWS_AS(good.backward(random_sequences(1, 5, 2, 3)), std::logic_error);
    CHECK_THROWS_WITH_AS(good.forward(random_sequences(1, 5, 2, 3), {.lengths = std::array<int, 2>{6, 1}}),
                         "rondo: the lengths: expected 0 to 5 steps; found 6 for batch 0",
                         std::invalid_argument);
}

TEST_CASE("residual: results of the layer inside may be arguments")
{
    auto m = random_model<lstm<>>(1, input{5}, hidden{5});
    sequences const x = random_sequences(2, 6, 3, 5);
    sequences const dy = random_sequences(3, 6, 3, 5);
    residual around{bptt{m}};
    residual expected{bptt{m}};
    sequences const inner = expected.inner().infer(x);
    sequences const y = expected.forward(inner);
    CHECK(around.forward(around.inner().infer(x)) == y);
    expected.backward(dy);
    sequences const dx = expected.inner().last_gradients().input;
    sequences const wanted = expected.backward(dx).input;
    around.backward(dy);
    CHECK(around.backward(around.inner().last_gradients().input).input == wanted);
    // Its own results, too.
    sequences const twice = expected.backward(wanted).input;
    CHECK(around.backward(around.backward(dx).input).input == twice);
    sequences const again = expected.infer(y);
    CHECK(around.infer(around.forward(inner)) == again);
}

TEST_CASE("residual: leaves out the gradient of the input if its layer does")
{
    auto m = random_model<elman<>>(1, input{3}, hidden{3});
    sequences const x = random_sequences(2, 5, 2, 3);
    sequences const dy = random_sequences(3, 5, 2, 3);
    residual whole{bptt{m}};
    residual part{bptt{m, {.input_gradient = false}}};
    CHECK(whole.gives_input_gradient());
    CHECK_FALSE(part.gives_input_gradient());
    tensors expected = results_of_layer(whole, x, dy);
    expected[1].entries.clear();
    CHECK(difference(results_of_layer(part, x, dy), expected) == 0);
    whole.inner() = bptt{m, {.input_gradient = false}};
    CHECK(difference(results_of_layer(whole, x, dy), expected) == 0);
}
