#include "unit/context_cells.hpp"
#include "unit/stack/layers.hpp"
#include "unit/stack/named_layers.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/stack/dropout.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>
#include <rondo/stack/stack_stream.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace stack_stream_test {

using namespace rondo;
using namespace rondo::stack_internal;
using test::difference;
using test::random_model;
using test::random_sequences;
using test::sequences;
using test::tensor_of;

namespace {

/// The outputs of a stream for all steps of @p x.
template <class Stream>
test::named_tensor outputs_of_steps(Stream& live, sequences const& x)
{
    test::named_tensor out{"output", {}};
    std::size_t const size = x.shape()[1] * x.shape()[2];
    for (std::size_t t = 0; t < x.shape()[0]; ++t) {
        auto const y = live.step({x.data() + t * size, size});
        out.entries.insert(out.entries.end(), y.begin(), y.end());
    }
    return out;
}

/// Models of a stack with every kind of layer that is streamed: 3 features in, 4 out.
struct models {
    model<lstm<>, double> first = random_model<lstm<>>(1, input{3}, hidden{4});
    model<elman<>, double> second = random_model<elman<>>(2, input{4}, hidden{4});
    model<test::coupled, double> third = random_model<test::coupled>(3, input{4}, hidden{3}, output{4});

    auto net()
    {
        return stack{dropout<double>{}, bptt{first}, residual{stack{bptt{second}, residual{bptt{third}}}},
                     dropout<double>{}};
    }
    auto carrying_net()
    {
        truncation const lengths{.every = 8, .over = 8};
        return stack{
            truncated_bptt{first, lengths},
            residual{stack{truncated_bptt{second, lengths}, residual{truncated_bptt{third, lengths}}}}};
    }
};

/// Changes every parameter of a model.
template <class Model>
void change(Model& m)
{
    std::ranges::transform(m.parameters().flat(), m.parameters().flat().begin(),
                           [](double p) { return 0.5 * p + 0.1; });
}

}  // namespace

TEST_CASE("stack_stream: step by step, the outputs of inference, and of streams of the cells to the bit")
{
    models all;
    auto net = all.net();
    for (std::size_t const voices : {1U, 3U}) {
        CAPTURE(voices);
        sequences const x = random_sequences(4, 7, voices, 3);
        stream live{net, voices};
        test::named_tensor const found = outputs_of_steps(live, x);
        CHECK(difference(found, tensor_of("", net.infer(x))) < 1e-13);

        stream first{all.first, voices};
        stream second{all.second, voices};
        stream third{all.third, voices};
        std::vector<double> expected;
        for (std::size_t t = 0; t < 7; ++t) {
            auto const a = first.step({x.data() + t * voices * 3, voices * 3});
            auto const b = second.step(a);
            auto const c = third.step(b);
            for (std::size_t i = 0; i < a.size(); ++i) {
                expected.push_back(a[i] + (b[i] + c[i]));
            }
        }
        CHECK(found.entries == expected);
    }
}

TEST_CASE("stack_stream: begins anew after reset(), and goes on from states of streams and of stacks")
{
    models all;
    auto net = all.carrying_net();
    stream live{net, 2};
    sequences const x = random_sequences(5, 8, 2, 3);
    auto const first = outputs_of_steps(live, x);
    stream other{net, 2};
    other.set_states(live.current_states());
    auto const second = outputs_of_steps(live, x);
    CHECK(difference(second, first) > 1e-3);
    CHECK(difference(outputs_of_steps(other, x), second) == 0);

    other.set_states(net.current_states());  // empty, as no layer has begun
    CHECK(difference(outputs_of_steps(other, x), first) == 0);
    net.infer(x);
    other.set_states(net.current_states());
    CHECK(difference(outputs_of_steps(other, x), second) < 1e-13);
    live.reset();
    CHECK(difference(outputs_of_steps(live, x), first) == 0);
    net.reset(std::tuple(live.current_states()));
    CHECK(difference(tensor_of("", net.infer(x)), second) < 1e-13);
}

TEST_CASE("stack_stream: keeps the parameters until load()")
{
    models all;
    auto net = all.net();
    sequences const x = random_sequences(6, 4, 1, 3);
    stream live{net};
    auto const before = outputs_of_steps(live, x);
    change(all.first);
    change(all.third);
    live.reset();
    CHECK(difference(outputs_of_steps(live, x), before) == 0);
    live.load(net);
    live.reset();
    auto const after = outputs_of_steps(live, x);
    CHECK(difference(after, tensor_of("", net.infer(x))) < 1e-13);
    CHECK(difference(after, before) > 1e-3);
}

TEST_CASE("stack_stream: a step may read the output of the step before, in every layer")
{
    auto a = random_model<elman<>>(1, input{4}, hidden{4});
    auto b = random_model<elman<>>(2, input{4}, hidden{4});
    stack plain{bptt{a}, dropout<double>{}, bptt{b}};
    stack around{residual{stack{residual{bptt{a}}, bptt{b}}}};
    auto const is_fed = [](auto const& net) {
        stream fed{net, 2};
        stream copied{net, 2};
        std::vector<double> x(8, 0.5);
        std::span<double const> y = fed.step(x);
        for (int t = 0; t < 5; ++t) {
            std::span<double const> const right = copied.step(x);
            CHECK(std::ranges::equal(y, right));
            x.assign(right.begin(), right.end());
            y = fed.step(y);
        }
    };
    is_fed(plain);
    is_fed(around);
}

TEST_CASE("stack_stream: rejects arguments, and nothing has changed")
{
    models all;
    auto net = all.net();
    CHECK_THROWS_WITH_AS((stream{net, 0}), "rondo: a stream: expected at least 1 voice; found 0",
                         input_error);
    stream live{net, 2};
    stream same{net, 2};
    sequences const x = random_sequences(7, 3, 2, 3);
    CHECK_THROWS_WITH_AS(live.step({x.data(), 5}),
                         "rondo: the input of a stream: expected 6 numbers (voices = 2, 3 features); found 5",
                         input_error);
    std::tuple const wrong(random_model<lstm<>>(1, input{3}, hidden{4}).zero_states(2),
                           all.second.zero_states(2), all.third.zero_states(3));
    auto set = wrong;
    std::get<0>(set)[0].fill(1);
    CHECK_THROWS_WITH_AS(live.set_states(set),
                         doctest::Contains("the state of a stream number 1: expected shape (batch = 2, "
                                           "hidden = 3); found (3, 3)"),
                         input_error);
    models large;
    large.third = random_model<test::coupled>(3, input{4}, hidden{5}, output{4});
    CHECK_THROWS_WITH_AS(live.load(large.net()), doctest::Contains("parameter 'W': expected shape (3, 4)"),
                         input_error);
    CHECK(difference(outputs_of_steps(live, x), outputs_of_steps(same, x)) == 0);
}

TEST_CASE("stack_stream: rejects layers that do not fit, and says where")
{
    auto a = random_model<elman<>>(1, input{3}, hidden{4});
    auto b = random_model<elman<>>(2, input{5}, hidden{5});
    CHECK_THROWS_WITH_AS(
        (stream{stack{bptt{a}, stack{dropout<double>{}, bptt{b}}}}),
        "rondo: layer 1 of the stack: layer 1 of the stack: the input of a stream: expected 5 "
        "features; found 4",
        input_error);
    CHECK_THROWS_WITH_AS(
        (stream{stack{dropout<double>{}, residual{bptt{a}}}}),
        "rondo: layer 1 of the stack: residual: expected an output of as many features as the "
        "input, 3, to add the two; found 4",
        input_error);
}

TEST_CASE("stack_stream: takes inputs by name, and the per_sequence inputs of all cells in begin()")
{
    auto plain = random_model<elman<>>(1, input{3}, hidden{3});
    auto timed = random_model<test::gapped>(2, input{3});
    auto decoder = random_model<test::decoding>(3, input{3}, hidden{4}, test::speaker{2});
    stack net{bptt{plain}, residual{bptt{timed}}, bptt{decoder}};
    sequences const x = random_sequences(4, 5, 2, 3);
    sequences const gap = random_sequences(5, 5, 2, 1);
    xt::xtensor<double, 2> const context{{0.5, -1}, {0.25, 2}};
    auto const y = tensor_of("", net.infer(named("x"_s = x, "gap"_s = gap, "context"_s = context)));

    using numbers = std::span<double const>;
    stream live{net, 2};
    auto const step = [&](std::size_t t) {
        return live.step(
            named("gap"_s = numbers(gap.data() + t * 2, 2), "x"_s = numbers(x.data() + t * 6, 6)));
    };
    CHECK_THROWS_WITH_AS(step(0), doctest::Contains("needs begin(...) before its first step"),
                         std::logic_error);
    CHECK_THROWS_WITH_AS(live.begin(named("context"_s = numbers(context.data(), 3))),
                         doctest::Contains("the input \"context\" of a stream: expected 4 numbers"),
                         input_error);
    for (int i = 0; i < 2; ++i) {
        live.begin(named("context"_s = numbers(context.data(), 4)));
        test::named_tensor found{"", {}};
        for (std::size_t t = 0; t < 5; ++t) {
            CHECK_THROWS_WITH_AS(
                live.step(named("gap"_s = numbers(gap.data(), 1), "x"_s = numbers(x.data(), 6))),
                doctest::Contains("the input \"gap\" of a stream: expected 2 numbers"), input_error);
            auto const one = step(t);
            found.entries.insert(found.entries.end(), one.begin(), one.end());
        }
        CHECK(difference(found, y) < 1e-13);
    }
}

TEST_CASE("stack_stream: one that was moved goes on, and calls of the other are rejected")
{
    models all;
    auto net = all.net();
    sequences const x = random_sequences(8, 3, 1, 3);
    stream live{net};
    stream expected{net};
    static_assert(std::is_same_v<decltype(live), stream_of<decltype(net)>>);
    CHECK(difference(outputs_of_steps(live, x), outputs_of_steps(expected, x)) == 0);
    stream_of<decltype(net)> taken = std::move(live);
    CHECK(difference(outputs_of_steps(taken, x), outputs_of_steps(expected, x)) == 0);
    char const* const why = "rondo: this object was moved from";
    CHECK_THROWS_WITH_AS(live.step({x.data(), 3}), why, std::logic_error);
    CHECK_THROWS_WITH_AS(live.reset(), why, std::logic_error);
    CHECK_THROWS_WITH_AS(live.load(net), why, std::logic_error);
    CHECK_THROWS_WITH_AS(live.set_states(expected.current_states()), why, std::logic_error);
    CHECK_THROWS_WITH_AS(live.current_states(), why, std::logic_error);
    auto const gone = std::move(net);
    CHECK_THROWS_WITH_AS((stream{net}), why, std::logic_error);
    CHECK_THROWS_WITH_AS(taken.load(net), why, std::logic_error);
}

}  // namespace stack_stream_test
