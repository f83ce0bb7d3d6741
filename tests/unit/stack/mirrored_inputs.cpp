#include "unit/context_cells.hpp"
#include "unit/stack/layers.hpp"
#include "unit/stack/named_layers.hpp"

#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/mirrored_inputs.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

namespace mirrored_inputs_test {

using namespace rondo;
using namespace rondo::stack_internal;
using test::random_model;
using test::random_sequences;
using test::sequences;

TEST_CASE("mirrored_inputs: both directions take inputs by name, reversed within the lengths for one of them")
{
    auto ahead = random_model<test::gapped>(1, input{3});
    std::array<int, 3> const lengths{4, 2, 3};
    sequences const x = random_sequences(3, 4, 3, 3);
    sequences const gap = random_sequences(4, 4, 3, 1);

    auto other = random_model<test::gapped>(2, input{3});
    bidirectional both{bptt{ahead}, bptt{other}, merge::sum};
    sequences const y = both.forward(named("x"_s = x, "gap"_s = gap), {.lengths = lengths});
    bptt forwards{ahead};
    bptt backwards{other};
    for (std::size_t b = 0; b < 3; ++b) {
        sequences const own_x = test::alone(x, b, lengths[b]);
        sequences const own_gap = test::alone(gap, b, lengths[b]);
        sequences const reversed_x = xt::flip(own_x, 0);
        sequences const reversed_gap = xt::flip(own_gap, 0);
        sequences const expected =
            forwards.forward(named("x"_s = own_x, "gap"_s = own_gap)) +
            xt::flip(backwards.forward(named("x"_s = reversed_x, "gap"_s = reversed_gap)), 0);
        CHECK(test::difference(test::tensor_of("", test::alone(y, b, lengths[b])),
                               test::tensor_of("", expected)) < 1e-14);
    }
    CHECK_THROWS_WITH_AS(both.forward(named("x"_s = x, "gap"_s = random_sequences(4, 3, 3, 1))),
                         doctest::Contains("the input \"gap\": expected shape (time = 4, batch = 3"),
                         input_error);
}

TEST_CASE("mirrored_inputs: the gradients agree with differences, those of each direction and of both")
{
    auto ahead = random_model<test::gapped>(1, input{3});
    auto back = random_model<test::speaking>(2, input{3}, hidden{2}, test::speaker{2}, test::people{4});
    auto other = random_model<test::gapped>(3, input{3});
    std::array<int, 3> const lengths{4, 2, 3};
    sequences const x = random_sequences(3, 4, 3, 3);
    sequences const gap = random_sequences(4, 4, 3, 1);
    xt::xtensor<double, 2> const context{{0.5, -1}, {0.25, 2}, {-0.75, 1}};
    xt::xtensor<double, 1> const rate{0.5, -0.25, 1};
    xt::xtensor<int, 1> const who{3, 0, 2};
    bidirectional both{bidirectional{bptt{ahead}, bptt{back}}, bptt{other}};
    gradient_report const report = check_gradient(
        both, named("x"_s = x, "gap"_s = gap, "context"_s = context, "rate"_s = rate, "who"_s = who),
        {.lengths = lengths});
    INFO(report);
    CHECK(report.tensors.size() == 3 + 4);
    CHECK(report.agrees());
}

}  // namespace mirrored_inputs_test
