#include "unit/edge_cells.hpp"
#include "unit/stack/layers.hpp"

#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/dropout.hpp>
#include <rondo/stack/inner_runs.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <stdexcept>
#include <string>

namespace inner_runs_test {

using namespace rondo;
using namespace rondo::stack_internal;
using namespace rondo::test;

namespace {

using cell_type = test::rectified;

sequences const x = random_sequences(1, 5, 2, 3);
sequences const z = random_sequences(2, 5, 2, 3);
sequences const dy = random_sequences(3, 5, 2, 3);

/// Checks that backward() of @p net is rejected after @p inner was run alone, until the next forward().
template <class Net, class Inner>
void notices(Net& net, Inner& inner, char const* place)
{
    net.forward(x);
    sequences const expected = net.backward(dy).input;
    inner.infer(z);
    CHECK_THROWS_AS(net.backward(dy), std::logic_error);
    net.forward(x);
    inner.forward(z);
    CHECK_THROWS_WITH_AS(
        net.backward(dy),
        (std::string("rondo: ") + place +
         " was run by itself since forward(): backward() needs the values that it saved there")
            .c_str(),
        std::logic_error);
    net.forward(x);
    CHECK(net.backward(dy).input == expected);
    CHECK(net.backward(dy).input == expected);
}

}  // namespace

TEST_CASE("inner_runs: counts the runs of layers that count")
{
    auto m = random_model<cell_type>(1, input{3}, hidden{3});
    bptt run{m};
    dropout<double> drops;
    scaling counts_nothing{2};
    inner_runs<3> runs;
    auto const place = [](std::size_t i) { return "layer " + std::to_string(i); };
    runs.record(run, drops, counts_nothing);
    CHECK_NOTHROW(runs.check(place, run, drops, counts_nothing));
    counts_nothing.forward(x);
    CHECK_NOTHROW(runs.check(place, run, drops, counts_nothing));
    drops.infer(x);
    CHECK(drops.runs() == 1);
    CHECK_THROWS_WITH_AS(runs.check(place, run, drops, counts_nothing),
                         doctest::Contains("rondo: layer 1 was run by itself"), std::logic_error);
    runs.record(run, drops, counts_nothing);
    run.forward(x);
    run.infer(x);
    CHECK(run.runs() == 2);
    CHECK_THROWS_AS(runs.check(place, run, drops, counts_nothing), std::logic_error);
}

TEST_CASE("inner_runs: composed layers notice that a layer inside them was run by itself")
{
    auto a = random_model<cell_type>(1, input{3}, hidden{3});
    auto b = random_model<cell_type>(2, input{3}, hidden{3});
    bptt run{a};
    stack net{bptt{b}, run};
    notices(net, net.get<0>(), "layer 0 of the stack");
    notices(net, run, "layer 1 of the stack");
    CHECK(net.runs() == 6);
    residual around{run};
    notices(around, run, "the layer inside residual");
    bidirectional both{bptt{b}, run, merge::sum};
    notices(both, both.forwards(), "the layer forwards in time");
    notices(both, run, "the layer backwards in time");

    // Two stacks that share a run cannot both go back.
    stack other{run, scaling{2}};
    net.forward(x);
    other.forward(x);
    CHECK_THROWS_AS(net.backward(dy), std::logic_error);
    CHECK_NOTHROW(other.backward(dy));

    stack nested{residual{bptt{b}}};
    nested.forward(x);
    nested.get<0>().inner().forward(z);
    CHECK_THROWS_WITH_AS(nested.backward(dy), doctest::Contains("the layer inside residual"),
                         std::logic_error);
}

}  // namespace inner_runs_test
