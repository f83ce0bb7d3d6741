#include "unit/context_cells.hpp"
#include "unit/stack/layers.hpp"
#include "unit/stack/named_layers.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/stack/dropout.hpp>
#include <rondo/stack/plain_layers.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

namespace plain_layers_test {

using namespace rondo;
using test::difference;
using test::random_model;
using test::random_sequences;
using test::sequences;
using test::tensor_of;

namespace {

using per_sequence_array = xt::xtensor<double, 2>;

/// Models of a stack whose layers take x, gap, context, who and rate: context is taken by two of them.
struct models {
    model<test::decoding, double> first =
        random_model<test::decoding>(1, input{3}, hidden{3}, test::speaker{2});
    model<test::speaking, double> second =
        random_model<test::speaking>(2, input{3}, hidden{3}, test::speaker{2}, test::people{4});
    model<test::gapped, double> third = random_model<test::gapped>(3, input{3});
    model<test::skipping, double> fourth = random_model<test::skipping>(4, input{3}, hidden{3});
};

/// Arguments for 5 steps of 3 sequences.
struct arguments {
    sequences x = random_sequences(5, 5, 3, 3);
    sequences gap = random_sequences(6, 5, 3, 1);
    per_sequence_array context{{0.5, -1}, {0.25, 2}, {-0.75, 1}};
    xt::xtensor<int, 1> who{3, 0, 2};
    xt::xtensor<double, 1> rate{0.5, -0.25, 1};
    std::array<int, 3> lengths{5, 2, 4};

    auto all() const
    {
        return named("gap"_s = gap, "who"_s = who, "context"_s = context, "x"_s = x, "rate"_s = rate);
    }
};

}  // namespace

TEST_CASE("plain_layers: inputs by name give what the runs give one by one, and the sums of their gradients")
{
    models m;
    arguments const with;
    lengths_view const lengths(with.lengths);
    stack net{bptt{m.first}, residual{stack{bptt{m.second}, bptt{m.third}}}};
    sequences const y = net.forward(with.all(), {.lengths = lengths});
    sequences const dy = random_sequences(7, 5, 3, 3);
    auto const g = net.backward(dy).input;

    bptt first{m.first};
    bptt second{m.second};
    bptt third{m.third};
    sequences const a =
        first.forward(named("x"_s = with.x, "context"_s = with.context), {.lengths = lengths});
    sequences const b =
        second.forward(named("x"_s = a, "context"_s = with.context, "who"_s = with.who, "rate"_s = with.rate),
                       {.lengths = lengths});
    sequences const c = third.forward(named("x"_s = b, "gap"_s = with.gap), {.lengths = lengths});
    CHECK(y == sequences(a + c));
    auto const& g3 = third.backward(dy).input;
    auto const& g2 = second.backward(g3["x"_s]).input;
    sequences da = g2["x"_s];
    for (std::size_t k = 0; k < 3; ++k) {
        for (std::size_t t = 0; t < static_cast<std::size_t>(with.lengths[k]); ++t) {
            for (std::size_t i = 0; i < 3; ++i) {
                da(t, k, i) += dy(t, k, i);
            }
        }
    }
    auto const& g1 = first.backward(da).input;
    CHECK(difference(tensor_of("", g["x"_s]), tensor_of("", g1["x"_s])) < 1e-14);
    CHECK(g["gap"_s] == g3["gap"_s]);
    CHECK(g["rate"_s] == g2["rate"_s]);
    CHECK(difference(tensor_of("", g["context"_s]),
                     tensor_of("", per_sequence_array(g1["context"_s] + g2["context"_s]))) < 1e-14);
    CHECK(difference(tensor_of("", net.infer(with.all(), {.lengths = lengths})), tensor_of("", y)) < 1e-14);
}

TEST_CASE("plain_layers: the gradients of inputs by name agree with differences")
{
    models m;
    arguments const with;
    stack net{dropout<double>{{.rate = 0.3, .seed = 1}}, bptt{m.first},
              residual{stack{bptt{m.second}, bptt{m.third}}}};
    gradient_report const report = check_gradient(net, with.all(), {.lengths = with.lengths});
    INFO(report);
    REQUIRE(report.tensors.size() == 3 + 4);  // without that of the symbols
    CHECK(report.tensors[3].name == "input x");
    CHECK(report.tensors[4].name == "input context");
    CHECK(report.tensors[5].name == "input rate");
    CHECK(report.tensors[6].name == "input gap");
    CHECK(report.agrees());
    for (auto const& t : report.tensors) {
        CHECK(t.largest_relative > 0);
    }
}

TEST_CASE("plain_layers: a later layer may take the input of the first one, whose gradient is the sum")
{
    models m;
    arguments const with;
    auto plain = random_model<elman<>>(5, input{3}, hidden{3});
    stack net{bptt{m.third}, bptt{plain}, bptt{m.fourth}};
    gradient_report const report = check_gradient(net, named("x"_s = with.x, "gap"_s = with.gap));
    INFO(report);
    CHECK(report.tensors.size() == 3 + 2);
    CHECK(report.agrees());

    // A layer overwrites its output before the last one reads x.
    auto& first = net.get<0>();
    auto const& output = first.infer(named("x"_s = with.x, "gap"_s = with.gap));
    sequences const copy = output;
    sequences const expected = net.infer(named("x"_s = copy, "gap"_s = with.gap));
    first.infer(named("x"_s = with.x, "gap"_s = with.gap));
    CHECK(net.infer(named("x"_s = output, "gap"_s = with.gap)) == expected);
}

TEST_CASE("plain_layers: an input that one layer leaves out has no gradient, and the others have theirs")
{
    models m;
    arguments const with;
    auto const given =
        named("x"_s = with.x, "context"_s = with.context, "who"_s = with.who, "rate"_s = with.rate);
    stack net{bptt{m.first, {.input_gradient = inputs_named(m.first, "x"_s)}}, bptt{m.second}};
    sequences const dy = net.forward(given);
    auto const g = net.backward(dy).input;
    CHECK(g["context"_s].size() == 0);
    CHECK(g["x"_s].size() == with.x.size());
    CHECK(g["rate"_s].size() == 3);

    model<test::decoding, double> const frozen = m.first;
    stack stopped{bptt{frozen}, bptt{m.second, {.input_gradient = inputs_named(m.second, "rate"_s)}}};
    stopped.forward(given);
    auto const last = stopped.backward(dy).input;
    CHECK(last["x"_s].size() == 0);
    CHECK(last["context"_s].size() == 0);  // the first layer does not run back
    CHECK(last["rate"_s] == g["rate"_s]);
    CHECK(!stopped.gives_input_gradient());
}

TEST_CASE("plain_layers: an argument of another shape is rejected with the layer")
{
    models m;
    arguments const with;
    auto plain = random_model<elman<>>(5, input{3}, hidden{3});
    stack net{bptt{plain}, bptt{m.third}};
    CHECK_THROWS_WITH_AS(
        net.forward(named("x"_s = with.x, "gap"_s = random_sequences(1, 4, 3, 1))),
        doctest::Contains("rondo: layer 1 of the stack: the input \"gap\": expected shape (time = "
                          "5, batch = 3"),
        input_error);
    CHECK_THROWS_WITH_AS(net.forward(named("x"_s = with.x, "gap"_s = sequences())),
                         doctest::Contains("rondo: the input \"gap\": expected shape"), input_error);
}

}  // namespace plain_layers_test
