#include "unit/diverging_cells.hpp"
#include "unit/rows_of_steps.hpp"

#include <rondo/locate/replay.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace rondo;
using namespace rondo::test;

namespace {

/// A masked softmax, whose infinite constant comes before a logarithm that can be NaN, and another one.
struct masking {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto share = softmax(h, h < 0.5);
        return next{share * softmax(log(W * x), h < 0.7)};
    }
};

/// Two sequences of 400 steps of h' = 10 h, from 0 and from 1.
struct growing_run {
    model<linear_recurrence, double> m = diagonal_model<linear_recurrence, double>(0, 10);
    std::vector<double> zeros = std::vector<double>(1600, 0.0);
    std::vector<double> initial{0, 0, 0, 1};
    finished_run run{};

    growing_run()
    {
        run.model = recorded_model_of<linear_recurrence, double>(m.bound(), m.parameters());
        run.rows = test::rows_of_steps(400, 2);
        run.inputs.push_back({zeros.data(), zeros.size()});
        run.initial.push_back({initial.data(), initial.size()});
    }
};

}  // namespace

TEST_CASE("replay: repeats one sequence, in the type of the model")
{
    growing_run with;
    CHECK_NOTHROW(replay(with.run, 0).forward());
    CHECK(message_of<number_error>([&] {
              replay(with.run, 1).forward();
          }).ends_with("found inf at (time 308, batch 1, feature 1)"));
    with.run.model.is_float = true;
    CHECK(message_of<number_error>([&] {
              replay(with.run, 1).forward();
          }).ends_with("found inf at (time 38, batch 1, feature 1)"));
    with.run.initial.clear();
    CHECK_NOTHROW(replay(with.run, 1).forward());
}

TEST_CASE("replay: goes back from the gradients of the outputs and of the final states")
{
    growing_run with;
    with.initial[3] = 0;
    with.run.is_backward = true;
    std::vector<double> dy(1600, 0.0);
    std::vector<double> dfinal(4, 0.0);
    with.run.output_gradients.push_back({dy.data(), dy.size()});
    auto const go = [&](std::ptrdiff_t b) {
        replay again(with.run, b);
        again.forward();
        again.backward();
    };
    CHECK_NOTHROW(go(1));
    dy[(350 * 2 + 1) * 2 + 1] = 1;  // 10^(350 - t) with respect to the state after step t
    CHECK_NOTHROW(go(0));
    CHECK(message_of<number_error>([&] { go(1); }).find("found inf at (time 42, batch 1, feature 1)") !=
          std::string::npos);
    with.run.final_gradient.push_back({dfinal.data(), dfinal.size()});
    dfinal[2] = 1;
    CHECK(message_of<number_error>([&] { go(1); }).find("found inf at (time 91, batch 1, feature 0)") !=
          std::string::npos);
}

TEST_CASE("replay: an infinite constant is no origin beside a value that is not finite")
{
    auto const m = diagonal_model<masking, double>(1, 0);
    std::vector<double> const x{1, -1};
    finished_run run{};
    run.model = recorded_model_of<masking, double>(m.bound(), m.parameters());
    run.rows = test::rows_of_steps(1, 1);
    run.inputs.push_back({x.data(), x.size()});
    std::string const message = message_of<number_error>([&] { replay(run, 0).forward(); });
    INFO(message);
    CHECK(message.find("log(W * x[t])") != std::string::npos);
    CHECK(message.find("nan at (time 0, batch 0, feature 1)") != std::string::npos);
}
