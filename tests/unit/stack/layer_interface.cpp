#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/layer_interface.hpp>
#include <rondo/stack/stack.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rondo;
using namespace rondo::stack_internal;

namespace {

using sequences = xt::xtensor<double, 3>;

/// Records how it was called, and returns its input.
class recording : public layer_interface<recording, double, one_input> {
   public:
    template <bool Save, class Given>
    sequences const& run(Given const& given, lengths_view lengths)
    {
        saves.push_back(Save);
        is_whole.push_back(!lengths.are_given());
        return first_input(given);
    }
    input_gradient<double> backward(sequences const& dy) { return {dy}; }

    std::vector<bool> saves, is_whole;
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
