#include "unit/stack/layers.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/check/layer_obstacles.hpp>

#include <string>
#include <type_traits>

namespace layer_obstacles_test {

using namespace rondo;
using namespace rondo::check_internal;
using namespace rondo::test;

namespace {

/// Rounds its new state, and passes the gradient straight through.
struct rounded {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = tanh(W * x + U * h);
        return next{with_gradient(a > 0, a)};
    }
};

using plain = bptt<elman<>, double>;
using chosen = bptt<rounded, double>;
template <class L>
constexpr auto const& of = find_layer_obstacles<L>::value;

static_assert(of<plain>.models[0].empty() && of<plain>.input.empty());
static_assert(of<chosen>.models[0].operation == "with_gradient" && of<chosen>.input.is_control);
static_assert(of<scaling>.models.size() == 1 && of<scaling>.input.empty());
static_assert(of<residual<chosen>>.input.is_control && !of<residual<chosen>>.models[0].empty());
static_assert(of<bidirectional<plain, chosen>>.models[0].empty());
static_assert(!of<bidirectional<plain, chosen>>.models[1].empty());
static_assert(of<bidirectional<plain, chosen>>.input.is_control);
static_assert(of<bidirectional<plain&, plain>>.input.empty());

// Layers before the one that chooses its gradient are behind it, and those after it are not.
using net = stack<plain, residual<chosen>&, plain>;
static_assert(!of<net>.models[0].empty() && !of<net>.models[1].empty() && of<net>.models[2].empty());
static_assert(!of<net>.input.empty());

}  // namespace

TEST_CASE("layer_obstacles: the gradient check of layers compares what has no obstacle")
{
    auto first = random_model<rounded>(1, input{3}, hidden{3});
    auto second = random_model<elman<>>(2, input{3}, hidden{3});
    sequences const x = random_sequences(3, 4, 2, 3);
    stack net{bptt{first}, bptt{second}};
    gradient_report const report = check_gradient(net, x);
    INFO(report);
    REQUIRE(report.tensors.size() == 3);
    CHECK(report.tensors[0].result() == verdict::unchecked);
    CHECK(report.tensors[0].unchecked_because == "with_gradient");
    CHECK(report.tensors[1].result() == verdict::agrees);
    CHECK(report.tensors[1].largest_relative > 0);
    CHECK(report.tensors[2].result() == verdict::unchecked);
    CHECK(report.agrees());
}

}  // namespace layer_obstacles_test
