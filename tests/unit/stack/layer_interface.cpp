#include <rondo/cell/elman.hpp>
#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/model/initialize.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/dropout.hpp>
#include <rondo/stack/layer_interface.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace rondo;
using namespace rondo::stack_internal;

namespace {

using sequences = xt::xtensor<double, 3>;

/// Records how it was called, and returns its input.
class recording : public layer_interface<recording, double, one_input> {
   public:
    void begin_run() noexcept { ++begun; }
    template <bool Save, class Given>
    sequences const& run(Given const& given, lengths_view lengths)
    {
        saves.push_back(Save);
        is_whole.push_back(!lengths.are_given());
        return first_input(given);
    }
    input_gradient<double> backward(sequences const& dy) { return {dy}; }

    std::vector<bool> saves, is_whole;
    int begun = 0;
};

/// Looks symbols up.
struct looking_up {
    weight<output, input> E;
    RONDO_MEMBERS(E);

    constexpr auto operator()(one_hot<output> symbol) const { return next{}.output(transpose(E) * symbol); }
};

}  // namespace

TEST_CASE("layer_interface: both functions call run() with and without lengths, saving or not")
{
    static_assert(is_layer<recording>);
    recording layer;
    sequences const x = xt::ones<double>({3, 2, 1});
    std::vector<int> const lengths{3, 1};
    layer.forward(x);
    layer.forward(x, {.lengths = lengths});
    layer.infer(x);
    layer.infer(x, {.lengths = lengths});
    CHECK(layer.saves == std::vector{true, true, false, false});
    CHECK(layer.is_whole == std::vector{true, false, true, false});
    CHECK(layer.begun == 4);
}

TEST_CASE("layer_interface: refers to an xtensor and saves a copy of any other expression")
{
    recording layer;
    sequences const x = xt::ones<double>({3, 2, 1});
    CHECK(&layer.forward(x) == &x);
    sequences const* copy = &layer.forward(2 * x);
    CHECK(copy != &x);
    CHECK(*copy == sequences(2 * x));

    xt::xtensor<double, 2> const flat = xt::ones<double>({3, 2});
    CHECK(layer.forward(flat) == x);  // one feature, or symbols
    CHECK_THROWS_WITH_AS(
        layer.forward(xt::xtensor<double, 1>{1, 2}),
        "rondo: the input x: expected shape (time, batch, features), no extent of 0; found (2)", input_error);
}

TEST_CASE("layer_interface: a stack takes symbols of (time, batch)")
{
    model<looking_up> first{output{4}, input{2}};
    model<elman<>> second{input{2}, hidden{3}};
    first["E"_s](3, 1) = 1;
    second["W"_s](2, 1) = 1;
    stack net{bptt{first}, bptt{second}};
    xt::xtensor<int, 2> const symbols{{0, 3}, {3, 1}};
    xt::xtensor<float, 3> const y = net.forward(symbols);
    CHECK(y(0, 0, 2) == 0);
    CHECK(y(0, 1, 2) > 0);
    CHECK(net.infer(xt::xtensor<int, 3>(xt::view(symbols, xt::all(), xt::all(), xt::newaxis()))) == y);
    CHECK_THROWS_WITH_AS((stack{bptt{second}}.forward(symbols)), doctest::Contains("input = 2"), input_error);
}

TEST_CASE("layer_interface: a list of sequences is an array with lengths")
{
    recording layer;
    std::vector<xt::xtensor<float, 2>> const list{{{1, 2}, {3, 4}}, {{5, 6}}};
    CHECK(layer.forward(list) == sequences{{{1, 2}, {5, 6}}, {{3, 4}, {0, 0}}});
    CHECK(layer.infer(std::vector<xt::xtensor<int, 1>>{{1}, {2, 3}}) == sequences{{{1}, {2}}, {{0}, {3}}});
    CHECK(layer.is_whole == std::vector{false, false});
    CHECK_THROWS_WITH_AS(layer.forward(list, {.lengths = {2, 1}}),
                         doctest::Contains("expected none, as a list has those"), input_error);
    CHECK(layer.begun == 3);  // the run before the rejected call is lost
    CHECK_THROWS_WITH_AS(
        layer.forward(std::vector<xt::xtensor<float, 2>>{{{1, 2}}, xt::zeros<float>({0, 2})}),
        doctest::Contains("(time, features = 2), no extent of 0; found (0, 2) for sequence 1"), input_error);
    CHECK(layer.forward(borrowed(list)) == layer.infer(list));
    CHECK_THROWS_WITH_AS(layer.forward(std::vector<xt::xtensor<float, 2>>{}),
                         doctest::Contains("expected at least 1 sequence; found an empty list"), input_error);
    CHECK_THROWS_WITH_AS(
        layer.forward(std::vector<xt::xtensor<float, 2>>{{{1, 2}}, {{1}}}),
        doctest::Contains("(time, features = 2), no extent of 0; found (1, 1) for sequence 1"), input_error);
}

TEST_CASE("layer_interface: a stack over a list gives what it gives over a padded array")
{
    model<elman<>, double> first{input{2}, hidden{3}};
    model<elman<>, double> second{input{3}, hidden{3}};
    initialize_uniform(first.parameters(), 1);
    initialize_uniform(second.parameters(), 2);
    model<elman<>, double> backwards{input{2}, hidden{3}};
    initialize_uniform(backwards.parameters(), 3);
    stack net{bidirectional{bptt{first}, bptt{backwards}, merge::sum},
              dropout<double>{{.rate = 0.3, .seed = 4}}, residual{bptt{second}}};
    sequences x = xt::ones<double>({5, 3, 2});
    std::vector<int> const lengths{2, 5, 3};
    std::vector<xt::xtensor<double, 2>> list;
    for (std::size_t b = 0; b < 3; ++b) {
        xt::view(x, xt::all(), b, xt::all()) *= 0.25 * static_cast<double>(b);
        list.emplace_back(xt::view(x, xt::range(0, lengths[b]), b, xt::all()));
    }
    sequences const dy = xt::ones<double>({5, 3, 3});
    sequences const y = net.forward(x, {.lengths = lengths});
    sequences const dx = net.backward(dy).input;
    net.set_draw(0);
    CHECK(net.forward(list) == y);
    CHECK(net.backward(dy).input == dx);
    CHECK(net.infer(list) == net.infer(x, {.lengths = lengths}));
    net.forward(list);
    CHECK_THROWS_AS(net.forward(list, {.lengths = lengths}), input_error);
    CHECK_THROWS_AS(net.backward(dy), std::logic_error);  // the run before the rejected call is lost
    std::vector<xt::xtensor<double, 2>> moved = list;
    xt::xtensor<double, 2> const taken = std::move(moved[1]);
    CHECK_THROWS_AS(net.forward(moved), input_error);
    CHECK(check_gradient(net, list).largest_relative() <= 1e-7);
    CHECK_THROWS_AS(check_gradient(net, x, {.lengths = std::vector<int>{}}), input_error);
}

TEST_CASE("layer_interface: windows of a stack that carries its states are lists, some sequences empty")
{
    model<elman<>, double> first{input{2}, hidden{3}};
    model<elman<>, double> second{input{3}, hidden{2}};
    initialize_uniform(first.parameters(), 1);
    initialize_uniform(second.parameters(), 2);
    truncation const lengths{.every = 4, .over = 8};
    stack net{truncated_bptt{first, lengths}, truncated_bptt{second, lengths}};
    stack padded{truncated_bptt{first, lengths}, truncated_bptt{second, lengths}};
    sequences x = xt::ones<double>({3, 2, 2});
    x(1, 0, 1) = -2;
    std::vector<xt::xtensor<double, 2>> const list{xt::view(x, xt::all(), 0, xt::all()),
                                                   xt::xtensor<double, 2>(xt::zeros<double>({0, 2}))};
    CHECK(net.forward(list) == padded.forward(x, {.lengths = {3, 0}}));
    CHECK(net.forward(list) == padded.forward(x, {.lengths = {3, 0}}));
    sequences const dy = xt::ones<double>({3, 2, 2});
    CHECK(net.backward(dy).input == padded.backward(dy).input);
}
