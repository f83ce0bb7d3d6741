#include "unit/stack/layers.hpp"
#include "unit/stack/named_layers.hpp"

#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/stack/gradient_sums.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

namespace gradient_sums_test {

using namespace rondo;
using namespace rondo::stack_internal;
using test::difference;
using test::random_model;
using test::random_sequences;
using test::sequences;
using test::tensor_of;

TEST_CASE("gradient_sums: adds, aligns the last steps, and leaves out what one leaves out")
{
    gradient_sums<double, inputs_of_layer<bptt<test::gapped>>> sums;
    sequences const two{{{1}}, {{2}}};
    sequences const three{{{10}}, {{20}}, {{30}}};
    for (int i = 0; i < 2; ++i) {
        sums.start();
        CHECK(sums["gap"_s].size() == 0);
        sums.add_one("gap"_s, two);
        sums.add_one("gap"_s, two);
        CHECK(sums["gap"_s] == sequences{{{2}}, {{4}}});
        sums.add_one("gap"_s, three);
        CHECK(sums["gap"_s] == sequences{{{10}}, {{22}}, {{34}}});
        sums.add_one("gap"_s, sequences());
        sums.add_one("gap"_s, two);
        CHECK(sums["gap"_s].size() == 0);
    }
}

TEST_CASE("gradient_sums: windows of a stack that carries its states have the gradients of whole sequences")
{
    auto a = random_model<test::gapped>(1, input{3});
    auto b = random_model<test::gapped>(2, input{3});
    truncation const lengths{.every = 4, .over = 8};
    stack net{truncated_bptt{a, lengths}, residual{stack{truncated_bptt{b, lengths}}}};
    stack whole{bptt{a}, residual{bptt{b}}};
    sequences const x = random_sequences(1, 8, 2, 3);
    sequences const gap = random_sequences(2, 8, 2, 1);
    sequences dy = random_sequences(3, 8, 2, 3);
    xt::view(dy, xt::range(0, 4), xt::all(), xt::all()) = 0;
    auto const part = [](sequences const& all, int w) -> sequences {
        return xt::view(all, xt::range(4 * w, 4 * w + 4), xt::all(), xt::all());
    };
    sequences const y = whole.forward(named("x"_s = x, "gap"_s = gap));
    auto const expected = whole.backward(dy).input;

    net.forward(named("x"_s = part(x, 0), "gap"_s = part(gap, 0)));
    sequences const last = net.forward(named("x"_s = part(x, 1), "gap"_s = part(gap, 1)));
    CHECK(difference(tensor_of("", last), tensor_of("", part(y, 1))) < 1e-14);
    auto const found = net.backward(part(dy, 1)).input;
    CHECK(difference(tensor_of("", found["x"_s]), tensor_of("", part(expected["x"_s], 1))) < 1e-14);
    CHECK(difference(tensor_of("", found["gap"_s]), tensor_of("", part(expected["gap"_s], 1))) < 1e-14);
    for (std::size_t k = 0; k < 2; ++k) {
        CHECK(difference(tensor_of("", net.parameter_groups()[k].gradients),
                         tensor_of("", whole.parameter_groups()[k].gradients)) < 1e-14);
    }
    gradient_report const report = check_gradient(net, named("x"_s = part(x, 0), "gap"_s = part(gap, 0)));
    INFO(report);
    CHECK(report.tensors.size() == 4);
    CHECK(report.agrees());
}

}  // namespace gradient_sums_test
