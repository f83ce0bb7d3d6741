#include "unit/counted_memory.hpp"
#include "unit/stack/layers.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/dropout.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>
#include <rondo/stack/stack_stream.hpp>
#include <rondo/train/adam.hpp>
#include <rondo/train/clip_global_norm.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace rondo;
using namespace rondo::stack_internal;
using namespace rondo::test;

namespace {

using test::allocations;
using test::bytes_asked;

struct upper : dimension {
    using dimension::dimension;
};

/// Three layers in one cell, as the language stacks them.
struct in_one_cell {
    lstm<> first;
    elman<upper, hidden> second;
    gru_reset_after<output, upper> third;
    RONDO_MEMBERS(first, second, third);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c, vec<upper> u, vec<output> s) const
    {
        auto const [h_next, c_next] = first(x, h, c);
        auto const [u_next] = second(h_next, u);
        auto const [s_next] = third(u_next, s);
        return next{h_next, c_next, u_next, s_next}.output(s_next);
    }
};

}  // namespace

namespace {

template <class Into>
void copy_parameters(model<in_one_cell, double> const& from, std::string const& prefix, Into& to)
{
    auto const& all = from.parameters();
    for (std::size_t i = 0; i < to.parameters().count; ++i) {
        std::string const name = prefix + std::string(to.parameters().info(i).name.view());
        for (std::size_t k = 0; k < all.count; ++k) {
            if (all.info(k).name.view() == name) {
                std::ranges::copy(all.entries(k), to.parameters().entries(i).begin());
            }
        }
    }
}

/// The gradients of a model in the order of its parameters, without the entries between them.
template <class Gradients>
std::vector<double> entries_of(Gradients const& g)
{
    std::vector<double> out;
    for (std::size_t i = 0; i < g.count; ++i) {
        out.insert(out.end(), g.entries(i).begin(), g.entries(i).end());
    }
    return out;
}

/// A stack with one layer of each kind, over three features.
struct of_everything {
    model<lstm<>, double> a = random_model<lstm<>>(1, input{3}, hidden{4});
    model<coupled, double> b = random_model<coupled>(2, input{4}, hidden{5}, output{4});
    model<gru_reset_after<>, double> c = random_model<gru_reset_after<>>(3, input{4}, hidden{2});
    model<elman<>, double> d = random_model<elman<>>(4, input{4}, hidden{3});

    auto net(double rate = 0.25)
    {
        return stack{bptt{a}, dropout<double>{{.rate = rate, .seed = 5}}, residual{bptt{b}}, scaling{1.5},
                     bidirectional{bptt{c}, bptt{d}}};
    }
};

}  // namespace

TEST_CASE("stack: agrees with one cell that contains the cells of all layers")
{
    auto whole = random_model<in_one_cell>(1, input{3}, hidden{6}, upper{5}, output{4});
    model<lstm<>, double> first{input{3}, hidden{6}};
    model<elman<upper, hidden>, double> second{hidden{6}, upper{5}};
    model<gru_reset_after<output, upper>, double> third{upper{5}, output{4}};
    copy_parameters(whole, "first.", first);
    copy_parameters(whole, "second.", second);
    copy_parameters(whole, "third.", third);
    sequences const x = random_sequences(2, 9, 4, 3);
    sequences const dy = random_sequences(3, 9, 4, 4);

    bptt run{whole};
    stack net{bptt{first}, bptt{second}, bptt{third}};
    CHECK(difference(tensor_of("", net.forward(x)), tensor_of("", run.forward(x))) < 1e-14);
    for (std::size_t k = 0; k < 2; ++k) {
        CHECK(difference(tensor_of("", net.get<0>().final_states()[k]),
                         tensor_of("", run.final_states()[k])) < 1e-14);
    }
    CHECK(difference(tensor_of("", net.get<2>().final_states()[0]), tensor_of("", run.final_states()[3])) <
          1e-14);
    auto const& g = run.backward(dy);
    CHECK(difference(tensor_of("", net.backward(dy).input), tensor_of("", g.input)) < 1e-13);
    std::vector<double> all;
    auto const add = [&](std::vector<double> const& more) {
        all.insert(all.end(), more.begin(), more.end());
    };
    add(entries_of(net.get<0>().last_gradients().parameters));
    add(entries_of(net.get<1>().last_gradients().parameters));
    add(entries_of(net.get<2>().last_gradients().parameters));
    CHECK(difference(named_tensor{"", all}, named_tensor{"", entries_of(g.parameters)}) < 1e-13);
}

TEST_CASE("stack: differences agree with the gradient, for one layer of each kind, with and without lengths")
{
    of_everything with;
    auto net = with.net();
    sequences const x = random_sequences(2, 5, 3, 3);
    for (gradient_report const& report :
         {check_gradient(net, x), check_gradient(net, x, {.lengths = {5, 1, 3}})}) {
        INFO(report);
        CHECK(report.tensors.size() == 6);
        CHECK(report.agrees());
        CHECK(report.kinks() == 0);
    }
}

TEST_CASE("stack: sequences of different lengths give the results of each alone")
{
    of_everything with;
    auto net = with.net(0);  // a mask depends on the index of the sequence
    lengths_agree(net, 3);
}

TEST_CASE("stack: padding stays zero through dropout")
{
    of_everything with;
    auto net = with.net(0.5);
    sequences const x = random_sequences(1, 6, 3, 3);
    std::array<int, 3> const lengths{2, 6, 3};
    sequences const y = net.forward(x, {.lengths = lengths});
    sequences const dx = net.backward(random_sequences(2, 6, 3, 5)).input;
    for (std::size_t b = 0; b < 3; ++b) {
        for (std::size_t t = static_cast<std::size_t>(lengths[b]); t < 6; ++t) {
            CHECK(xt::all(xt::equal(xt::view(y, t, b, xt::all()), 0.0)));
            CHECK(xt::all(xt::equal(xt::view(dx, t, b, xt::all()), 0.0)));
        }
    }
}

TEST_CASE("stack: infer drops nothing, and set_draw() repeats the draws of all layers")
{
    of_everything with;
    auto net = with.net(0.5);
    auto dry = with.net(0);
    sequences const x = random_sequences(1, 6, 3, 3);
    sequences const plain = dry.forward(x);
    CHECK(net.infer(x) == plain);
    sequences const first = net.forward(x);
    sequences const second = net.forward(x);
    CHECK(first != plain);
    CHECK(first != second);
    net.set_draw(1);
    CHECK(net.forward(x) == second);
    net.set_draw(0);
    CHECK(net.forward(x) == first);

    // Through enclosing layers, and through a stack in a stack.
    stack outer{residual{stack{scaling{1}, dropout<double>{{.rate = 0.5}}}},
                bidirectional{dropout<double>{{.rate = 0.5, .seed = 2}}, scaling{1}, merge::sum}};
    sequences const drawn = outer.forward(x);
    CHECK(outer.forward(x) != drawn);
    outer.set_draw(0);
    CHECK(outer.forward(x) == drawn);
    sequences const third = (outer.forward(x), outer.forward(x));
    outer.set_draw(2);
    CHECK(outer.forward(x) == third);
    CHECK(outer.parameter_groups().size() == 2);
}

TEST_CASE("stack: parameter groups are in the order of the layers, with the gradients of backward")
{
    of_everything with;
    auto net = with.net();
    auto const models = net.parameter_groups();
    CHECK(models.size() == 5);
    CHECK(models[0].parameters.data() == with.a.parameters().flat().data());
    CHECK(models[1].parameters.data() == with.b.parameters().flat().data());
    CHECK(models[2].parameters.size() == 1);
    CHECK(models[3].parameters.data() == with.c.parameters().flat().data());
    CHECK(models[4].parameters.data() == with.d.parameters().flat().data());
    CHECK(models[1].gradients.data() == net.get<2>().inner().last_gradients().parameters.flat().data());
}

TEST_CASE("stack: one clip over all and one optimiser each bring the loss down")
{
    of_everything with;
    auto net = with.net(0.1);
    std::vector<adam<double>> optimizers(net.parameter_groups().size(), adam<double>{{.rate = 0.02}});
    sequences const x = random_sequences(1, 6, 8, 3);
    sequences const target = 0.5 * random_sequences(2, 6, 8, 5);
    double first = 0;
    double last = 0;
    for (int epoch = 0; epoch < 200; ++epoch) {
        sequences const dy = net.forward(x) - target;
        last = xt::sum(dy * dy)();
        first = epoch == 0 ? last : first;
        net.backward(dy);
        double squares = 0;
        for (auto const& m : net.parameter_groups()) {
            squares += std::pow(clip_global_norm(m.gradients, HUGE_VAL), 2);
        }
        CHECK(clip_global_norm(net.parameter_groups(), 0.5) == doctest::Approx(std::sqrt(squares)));
        CHECK(clip_global_norm(net.parameter_groups(), HUGE_VAL) ==
              doctest::Approx(std::min(0.5, std::sqrt(squares))));
        auto optimizer = optimizers.begin();
        for (auto const [parameters, gradients] : net.parameter_groups()) {
            (optimizer++)->update(parameters, gradients);
        }
    }
    CHECK(last < 0.5 * first);
}

TEST_CASE("stack: a second run of equal sizes allocates nothing")
{
    auto a = random_model<lstm<>, float>(1, input{3}, hidden{4});
    auto b = random_model<coupled, float>(2, input{4}, hidden{5}, output{4});
    auto c = random_model<gru_reset_after<>, float>(3, input{4}, hidden{2});
    auto d = random_model<coupled, float>(4, input{4}, hidden{5}, output{4});
    stack net{bptt{a}, dropout<float>{}, residual{bptt{b}}, bidirectional{bptt{c}, bptt{d}}};
    auto const x = random_sequences<float>(1, 9, 4, 3);
    auto const dy = random_sequences<float>(2, 9, 4, 6);
    std::array<int, 4> const lengths{2, 9, 3, 9};
    auto const everything = [&] {
        net.forward(x);
        net.backward(dy);
        net.infer(x);
        net.forward(x, {.lengths = lengths});
        net.backward(dy);
        clip_global_norm(net.parameter_groups(), 1.0);
        net.infer(x, {.lengths = lengths});
    };
    everything();
    CHECK(allocations > 0);
    std::size_t const before = allocations;
    std::size_t const bytes_before = bytes_asked;
    everything();
    std::size_t const after = allocations;
    CHECK(after == before);
    CHECK(bytes_asked == bytes_before);
}

TEST_CASE("stack: a stream allocates in its constructor alone")
{
    auto a = random_model<lstm<>, float>(1, input{3}, hidden{4});
    auto b = random_model<coupled, float>(2, input{4}, hidden{5}, output{4});
    stack net{bptt{a}, dropout<float>{}, residual{bptt{b}}};
    auto const x = random_sequences<float>(1, 2, 3, 3);
    stream live{net, 3};
    std::size_t const before = allocations;
    std::size_t const bytes_before = bytes_asked;
    live.step({x.data(), 9});
    live.set_states(live.current_states());
    live.load(net);
    live.reset();
    stream_of<decltype(net)> moved = std::move(live);
    moved.step({x.data() + 9, 9});
    std::size_t const after = allocations;
    CHECK(after == before);
    CHECK(bytes_asked == bytes_before);
}

TEST_CASE("stack: constant sizes fit or do not compile")
{
    model<elman<>, double, fixed<input, 3>, fixed<hidden, 8>> a{};
    model<lstm<>, double, fixed<input, 8>> b{hidden{8}};
    model<elman<>, double, fixed<hidden, 5>> c{input{8}};
    stack net{bptt{a}, residual{bptt{b}}, bptt{c}};
    static_assert(decltype(net)::fixed_input == 3);
    static_assert(decltype(net)::fixed_output == 5);
    static_assert(fixed_input_of<decltype(net.get<1>())> == 8);
    static_assert(fixed_output_of<decltype(net.get<1>())> == 0);
    static_assert(fixed_output_of<dropout<double>> == 0);
    CHECK(net.forward(random_sequences(1, 4, 2, 3)).shape()[2] == 5);
}

TEST_CASE("stack: refers to objects, which can be read afterwards")
{
    auto m = random_model<elman<>>(1, input{3}, hidden{3});
    bptt run{m};
    residual around{run};
    stack net{around, scaling{2}};
    net.forward(random_sequences(1, 4, 2, 3));
    CHECK(run.final_states()[0].shape()[0] == 2);
    CHECK(&net.get<0>() == &around);
    auto const& unchanging = net;
    CHECK(&unchanging.get<0>() == &around);
}

TEST_CASE("stack: rejects layers that do not fit, and names the layer")
{
    auto a = random_model<elman<>>(1, input{3}, hidden{4});
    auto b = random_model<elman<>>(1, input{5}, hidden{4});
    auto c = a;
    stack net{bptt{a}, bidirectional{bptt{c}, bptt{b}}};
    CHECK_THROWS_WITH_AS(net.backward(random_sequences(1, 5, 2, 4)),
                         doctest::Contains("rondo: backward() needs a forward() before it"),
                         std::logic_error);
    CHECK_THROWS_WITH_AS(net.forward(random_sequences(1, 5, 2, 2)),
                         "rondo: layer 0 of the stack: the input x: expected shape (time, batch, input = 3), "
                         "no extent of 0; found (5, 2, 2)",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(
        net.forward(random_sequences(1, 5, 2, 3)),
        "rondo: layer 1 of the stack: bidirectional, forwards in time: the input x: expected "
        "shape (time, batch, input = 3), no extent of 0; found (5, 2, 4)",
        std::invalid_argument);
    bptt run{a};
    CHECK_THROWS_WITH_AS((stack{run, scaling{1}, run}),
                         "rondo: stack: expected layers of its own at each place, as each keeps one run; "
                         "found the same one at layer 0 of the stack and layer 2 of the stack",
                         std::invalid_argument);

    // After a run that fails halfway, backward() is rejected, whatever its layers have saved.
    stack failing{scaling{1}, bptt{a}, scaling{1}};
    failing.forward(random_sequences(1, 5, 2, 3));
    CHECK_THROWS_AS(failing.forward(random_sequences(1, 5, 2, 2)), std::invalid_argument);
    failing.parameter_groups()[2].gradients[0] = 42;
    CHECK_THROWS_AS(failing.backward(random_sequences(1, 5, 2, 4)), std::logic_error);
    CHECK(failing.parameter_groups()[2].gradients[0] == 42);  // not even the last layer was run
    failing.forward(random_sequences(1, 5, 2, 3));
    failing.infer(random_sequences(1, 5, 2, 3));
    CHECK_THROWS_AS(failing.backward(random_sequences(1, 5, 2, 4)), std::logic_error);
    stack last{bptt{a}, dropout<double>{}};
    last.forward(random_sequences(1, 5, 2, 3));
    CHECK_THROWS_WITH_AS(last.backward(random_sequences(1, 4, 2, 4)),
                         "rondo: layer 1 of the stack: the output gradient dy: expected shape (time = 5, "
                         "batch = 2, features = 4), no extent of 0; found (4, 2, 4)",
                         std::invalid_argument);

    model<elman<>, double> const unchanging = a;
    stack reading{bptt{unchanging}, bptt{unchanging}};  // nothing to train
    CHECK(reading.parameter_groups()[0].parameters.empty());
    CHECK(reading.parameter_groups()[1].gradients.empty());
    bptt inside{a};
    CHECK_THROWS_WITH_AS((stack{inside, residual{inside}}),
                         doctest::Contains("found the same one at layer 0"), std::invalid_argument);
}

TEST_CASE("stack: copies an input that is not an xtensor, and keeps the copy until backward()")
{
    auto m = random_model<elman<>>(1, input{3}, hidden{4});
    sequences const x = random_sequences(2, 6, 3, 3);
    sequences const dy = random_sequences(3, 4, 3, 4);
    auto const results = [&](auto& net, auto const& part) {  // the first layer refers to its input
        net.forward(part);
        net.backward(dy);
        return std::pair{net.parameter_groups()[0].gradients[0], sequences(net.backward(dy).input)};
    };
    stack net{scaling{2}, bptt{m}};
    sequences const copied = xt::view(x, xt::range(1, 5));
    auto const expected = results(net, copied);
    CHECK(results(net, xt::view(x, xt::range(1, 5))) == expected);
    CHECK(results(net, xt::xtensor<float, 3>(copied) * 1.0).first == doctest::Approx(expected.first));
}

// A moved layer takes its memory along; a copy would refer to that of the original.
static_assert(std::is_move_constructible_v<bptt<elman<>, double>>);
static_assert(!std::is_copy_constructible_v<bptt<elman<>, double>>);
// A run owns the parameters of a model that is a temporary.
static_assert(std::is_constructible_v<bptt<elman<>, double>, model<elman<>, double>>);
static_assert(std::is_constructible_v<bptt<elman<>, double>, model<elman<>, double> const>);

TEST_CASE("stack: every layer can be moved between forward and backward, and the other is rejected then")
{
    auto m = random_model<lstm<>>(1, input{3}, hidden{3});
    auto a = random_model<elman<>>(2, input{3}, hidden{3});
    auto b = random_model<elman<>>(3, input{3}, hidden{3});
    sequences const x = random_sequences(2, 6, 3, 3);
    sequences const dy = random_sequences(3, 6, 3, 3);
    auto const moves = [&](auto make) {
        auto net = make();
        net.forward(x);
        sequences const expected = net.backward(dy).input;
        auto moved = std::move(net);
        CHECK(moved.backward(dy).input == expected);
        auto assigned = make();
        assigned.infer(x);
        assigned = std::move(moved);
        CHECK(assigned.backward(dy).input == expected);
        auto grown = std::vector<decltype(net)>{};
        grown.push_back(std::move(assigned));
        grown.push_back(make());
        CHECK(grown[0].backward(dy).input == expected);
        for (auto* gone : {&net, &moved, &assigned}) {
            char const* const why = "rondo: this object was moved from";
            CHECK_THROWS_WITH_AS(gone->forward(x), why, std::logic_error);
            CHECK_THROWS_WITH_AS(gone->infer(x), why, std::logic_error);
            CHECK_THROWS_WITH_AS(gone->backward(dy), why, std::logic_error);
        }
    };
    moves([] { return dropout<double>{}; });
    moves([&] { return residual{bptt{m}}; });
    moves([&] { return bidirectional{bptt{a}, bptt{b}, merge::sum}; });
    moves([&] { return stack{bptt{m}, dropout<double>{}, residual{bptt{a}}}; });
}

TEST_CASE("stack: results of a layer may be arguments of its next call")
{
    auto const m = random_model<elman<>>(1, input{4}, hidden{4});
    auto const n = random_model<elman<>>(2, input{4}, hidden{4});
    auto const check = [](auto make) {
        auto own = make();
        auto copied = make();
        sequences const x = random_sequences(3, 5, 2, 4);
        sequences const first = copied.infer(x);
        sequences const y = copied.forward(first);
        CHECK(own.forward(own.infer(x)) == y);
        sequences const dx = copied.backward(random_sequences(4, 5, 2, 4)).input;
        own.backward(random_sequences(4, 5, 2, 4));
        sequences const again = copied.backward(dx).input;
        CHECK(own.backward(own.backward(random_sequences(4, 5, 2, 4)).input).input == again);
        sequences const of_output = copied.backward(y).input;
        CHECK(own.backward(y).input == of_output);
    };
    check([] { return dropout<double>{{.rate = 0.5, .seed = 3}}; });
    check([&] { return residual{bptt{m}}; });
    check([&] { return bidirectional{bptt{m}, bptt{n}, merge::sum}; });
    check([&] { return stack{bptt{m}, dropout<double>{{.rate = 0.5, .seed = 3}}, residual{bptt{n}}}; });
}

TEST_CASE("stack: the first layer may leave out the gradient of the input")
{
    auto a = random_model<lstm<>>(1, input{3}, hidden{4});
    auto b = random_model<elman<>>(2, input{4}, hidden{5});
    sequences const x = random_sequences(3, 6, 2, 3);
    sequences const dy = random_sequences(4, 6, 2, 5);
    std::array<int, 2> const lengths{4, 6};
    stack whole{bptt{a}, bptt{b}};
    stack part{bptt{a, {.input_gradient = false}}, bptt{b}};
    CHECK(whole.gives_input_gradient());
    CHECK_FALSE(part.gives_input_gradient());
    tensors expected = results_of_layer(whole, x, dy, lengths);
    expected[1].entries.clear();
    tensors const found = results_of_layer(part, x, dy, lengths);
    CHECK(difference(found, expected) == 0);
    CHECK(part.backward(dy).input.size() == 0);
    // Inside another stack, whose own first layer it is.
    stack outer{part, dropout<double>{}};
    CHECK_FALSE(outer.gives_input_gradient());
    outer.forward(x);
    CHECK(outer.backward(dy).input.size() == 0);
}

TEST_CASE("stack: backward() stops at a layer without a gradient, before which nothing is trained")
{
    auto a = random_model<elman<>>(1, input{3}, hidden{4});
    auto b = random_model<elman<>>(2, input{4}, hidden{5});
    sequences const x = random_sequences(3, 6, 2, 3);
    sequences const dy = random_sequences(4, 6, 2, 5);
    dropout_settings const drop{.rate = 0.25, .seed = 7};
    stack whole{dropout<double>{drop}, bptt{a}, bptt{b}};
    stack part{dropout<double>{drop}, bptt{a, {.frozen = true}}, bptt{b, {.input_gradient = false}}};
    whole.forward(x);
    part.forward(x);
    whole.backward(dy);
    CHECK(part.backward(dy).input.size() == 0);
    auto const expected = whole.parameter_groups();
    auto const found = part.parameter_groups();
    CHECK(found[0].gradients.empty());
    CHECK(std::ranges::equal(found[1].gradients, expected[1].gradients));
    CHECK(part.template get<1>().last_gradients().input.size() == 0);  // its backward() was not called
}

TEST_CASE("stack: rejects a layer without the gradient that a layer before it needs")
{
    auto a = random_model<elman<>>(1, input{3}, hidden{4});
    auto b = random_model<elman<>>(2, input{4}, hidden{4});
    auto const message =
        "rondo: layer 1 of the stack: expected a gradient of its input, which layer 0 of the stack needs to "
        "be "
        "trained; found none, by run_options::input_gradient";
    CHECK_THROWS_WITH_AS((stack{bptt{a}, bptt{b, {.input_gradient = false}}}), message, input_error);
    CHECK_THROWS_WITH_AS((stack{bptt{a}, residual{bptt{b, {.input_gradient = false}}}}), message,
                         input_error);
    stack net{bptt{a}, bptt{b}};
    net.forward(random_sequences(3, 6, 2, 3));
    net.get<1>() = bptt{b, {.input_gradient = false}};
    net.forward(random_sequences(3, 6, 2, 3));
    CHECK_THROWS_WITH_AS(net.backward(random_sequences(4, 6, 2, 4)), message, input_error);
}
