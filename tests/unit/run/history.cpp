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

    std::vector<float> forward(std::vector<float> const& x, lengths_view lengths = {})
    {
        auto const steps = static_cast<std::ptrdiff_t>(x.size()) / past.batch();
        auto const given = shaped(x, steps, past.batch(), 1);
        sequence_views<step_inputs_of<tested>, float> const views{viewed(given)};
        xt::xtensor<float, 3> y;
        past.forward({views, lengths, {}, 2}, y);
        past.keep();
        return {y.begin(), y.end()};
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

TEST_CASE("history: a window that is not kept has not happened")
{
    recorded r;
    r.past.start(1, nullptr);
    r.forward({1, 2});
    std::vector<float> const x{7, 8};
    auto const given = shaped(x, 2, 1, 1);
    sequence_views<step_inputs_of<tested>, float> const views{viewed(given)};
    xt::xtensor<float, 3> y;
    r.past.forward({views, {}, {}, 2}, y);
    states_of<tested, float> reached;
    r.past.store_final_states(reached);
    CHECK(reached[0](0, 0) == 8);
    r.past.store_states(reached);
    CHECK(reached[0](0, 0) == 2);
    CHECK(r.forward({3, 4}) == std::vector<float>{1, 2});
}

TEST_CASE("history: a sequence without steps keeps its states, and its gradient passes")
{
    recorded r;
    r.past.start(2, nullptr);
    r.forward({1, 10, 2, 20});
    CHECK(r.forward({3, 0, 4, 0}, std::vector{2, 0}) == std::vector<float>{1, 0, 2, 0});
    CHECK(r.forward({5, 30, 6, 40}) == std::vector<float>{3, 10, 4, 20});
    r.backward(2, 6);
    CHECK(r.g.initial[0](0, 0) == 0);  // of sequence 0, the inputs of the second window
    r.backward(2, 4);
    CHECK(r.g.initial[0](1, 0) == 1);  // of sequence 1, those of the first, which are states now
    CHECK(r.g.initial[1](1, 0) == 1);
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
