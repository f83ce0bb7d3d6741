#include "unit/edge_cells.hpp"

#include <rondo/run/history.hpp>
#include <rondo/sequence/shaped.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace history_test {

using namespace rondo;
using namespace rondo::exec_internal;
using tested = test::delay_line;  // its output is the input of two steps before

namespace {

template <class X>
sequence_view<float> viewed(X const& x)
{
    sequence_view<float> v(x);
    v.check("x", {});
    return v;
}

struct recorded {
    model<tested, float> m{input{1}};
    history<tested, float> past{m, {}};
    gradients<tested, float> g{parameter_gradients<tested, float>(m.bound())};

    std::vector<float> forward(std::vector<float> const& x)
    {
        std::vector<float> y(x.size());
        auto const steps = static_cast<std::ptrdiff_t>(x.size()) / past.batch();
        auto const given = shaped(x, steps, past.batch(), 1);
        past.take_inputs({viewed(given)});
        past.forward(steps, {y.data()}, 2);
        return y;
    }
    /// The gradient of the sum of the outputs of the last @p steps steps, going back at most @p depth steps,
    /// with respect to the first states.
    void backward(std::ptrdiff_t steps, std::ptrdiff_t depth)
    {
        std::vector<float> const dy(static_cast<std::size_t>(steps * past.batch()), 1.0F);
        auto const given = shaped(dy, steps, past.batch(), 1);
        past.backward({.output_gradients = {viewed(given)}, .depth = depth, .chunk_rows = 2}, g);
    }
};

}  // namespace

TEST_CASE("history: steps follow each other from call to call")
{
    recorded r;
    r.past.start(1, nullptr);
    CHECK(r.past.batch() == 1);
    CHECK(r.forward({1, 2, 3}) == std::vector<float>{0, 0, 1});
    CHECK(r.forward({4, 5}) == std::vector<float>{2, 3});
    states_of<tested, float> last;
    r.past.store_states(last);
    CHECK(last[0](0, 0) == 5);
    CHECK(last[1](0, 0) == 4);
    r.past.drop_all_but(2);
    CHECK(r.forward({6}) == std::vector<float>{4});
    r.past.clear();
    CHECK(r.past.batch() == 0);
}

TEST_CASE("history: a gradient goes back up to its depth")
{
    recorded r;
    r.past.start(1, nullptr);
    r.forward({1, 2, 3});
    r.backward(3, 10);
    // The outputs are the two first states, and the input of the first step.
    CHECK(r.g.initial[0](0, 0) == 1);
    CHECK(r.g.initial[1](0, 0) == 1);
    CHECK(r.g.input(0, 0, 0) == 1);
    CHECK(r.g.input(1, 0, 0) == 0);
    r.backward(3, 1);  // the last output is the state before last
    CHECK(r.g.initial[1](0, 0) == 1);
    CHECK(r.g.initial[0](0, 0) == 0);
    r.past.drop_all_but(2);
    r.backward(1, 10);  // the output is a state of before
    CHECK(r.g.initial[0](0, 0) == 1);
    CHECK(r.g.initial[1](0, 0) == 0);
}

TEST_CASE("history: one sequence is reset, the other continues, and no gradient crosses the reset")
{
    recorded r;
    r.past.start(2, nullptr);
    r.forward({1, 10, 2, 20});
    states_of<tested, float> fresh{xt::xtensor<float, 2>({{7}}), xt::xtensor<float, 2>({{8}})};
    r.past.restart(1, &fresh);
    CHECK(r.forward({3, 30, 4, 40}) == std::vector<float>{1, 8, 2, 7});
    r.backward(2, 4);
    CHECK(r.g.initial[0](0, 0) == 0);  // the outputs are inputs of the first two steps
    r.backward(2, 3);
    CHECK(r.g.initial[0](0, 0) == 1);  // of which one is now a state
    CHECK(r.g.initial[0](1, 0) == 0);
    CHECK(r.g.initial[1](1, 0) == 0);
}

}  // namespace history_test
