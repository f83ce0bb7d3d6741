#include <rondo/cell/lstm.hpp>
#include <rondo/sequence/call_arguments.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <vector>

using namespace rondo;

TEST_CASE("call_arguments: nothing has to be said")
{
    forward_arguments<lstm<>, float> const none{};
    CHECK(!none.lengths.are_given());
    CHECK(none.initial.get() == nullptr);
    CHECK(infer_arguments<lstm<>, float>{}.outputs == output_steps::all);
    CHECK(backward_arguments<lstm<>, float>{}.final.get() == nullptr);
    CHECK(!layer_arguments{}.lengths.are_given());
}

TEST_CASE("call_arguments: lengths and states are referred to")
{
    states_of<lstm<>, float> states;
    std::vector<int> const lengths{3, 4};
    forward_arguments<lstm<>, float> const with{.lengths = lengths, .initial = states};
    CHECK(with.initial.get() == &states);
    CHECK(with.lengths[1] == 4);
}
