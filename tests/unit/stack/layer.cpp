#include "unit/stack/layers.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/stack/dropout.hpp>
#include <rondo/stack/layer.hpp>

#include <doctest/doctest.h>

#include <cstdint>

using namespace rondo;
using namespace rondo::stack_internal;
using namespace rondo::test;

namespace {

/// A layer whose forward() returns a temporary.
struct returns_a_copy {
    using value_type = double;
    sequences forward(sequences const& x, layer_arguments const&) { return x; }
    sequences infer(sequences const& x, layer_arguments const&) { return x; }
    input_gradient<double> backward(sequences const& dy) { return {dy}; }
};

/// A layer that stores the number of set_draw().
struct drawing_layer : scaling {
    using scaling::scaling;
    void set_draw(std::uint64_t n) { draw = n; }
    std::uint64_t draw = 0;
};

}  // namespace

TEST_CASE("layer: any class with the functions is a layer")
{
    CHECK(is_layer<bptt<elman<>, double>>);
    CHECK(is_layer<dropout<float>>);
    CHECK(is_layer<scaling>);
    CHECK(is_layer<scaling&>);
    CHECK(!is_layer<returns_a_copy>);
    CHECK(!is_layer<model<elman<>, double>>);
}

TEST_CASE("layer: numbers of features are constants or 0")
{
    using constant = bptt<elman<>, double, fixed<input, 3>, fixed<hidden, 4>>;
    CHECK(fixed_input_of<constant> == 3);
    CHECK(fixed_output_of<constant&> == 4);
    CHECK(fixed_input_of<bptt<elman<>, double>> == 0);
    CHECK(fixed_output_of<scaling> == 0);
}

TEST_CASE("layer: the parameter groups of several layers are in their order; a layer may have none")
{
    scaling first(2);
    dropout<double> between{{.rate = 0.5}};
    scaling second(3);
    auto const groups = parameter_groups_of(first, between, second);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].parameters[0] == 2);
    CHECK(groups[1].parameters[0] == 3);
}

TEST_CASE("layer: set_draw() reaches the layers that draw")
{
    scaling fixed_one(2);
    drawing_layer first(2);
    drawing_layer second(2);
    set_draw_of(7, fixed_one, first, second);
    CHECK(first.draw == 7);
    CHECK(second.draw == 7);
}
