#include "unit/edge_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/sample_cells.hpp"
#include "unit/threads.hpp"

#include <rondo/cell/gru_reset_before.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/cell/min_gru.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/run_options.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace run_options_test {

using namespace rondo;
using namespace rondo::exec_internal;
using test::difference;
using test::random_run;
using test::threads;
using test::without;

namespace {

constexpr std::size_t steps = 41;
constexpr std::size_t batch = 5;

template <class Cell>
random_run<Cell, float> example()
{
    if constexpr (dimensions_of<Cell>::size == 1) {
        return {steps, batch, 3, input{5}};
    } else {
        return {steps, batch, 3, input{5}, hidden{9}};
    }
}

/// The results of a run of @p with, with lengths unless there are none.
template <class Run, class Arguments>
test::tensors results_with(Run& run, Arguments const& with, std::vector<int> const& lengths = {})
{
    using cell_type = typename Run::model_type::cell_type;
    test::tensors out;
    if (lengths.empty()) {
        out.push_back(test::tensor_of("output", run.forward(with.x, {.initial = with.initial})));
    } else {
        out.push_back(
            test::tensor_of("output", run.forward(with.x, {.lengths = lengths, .initial = with.initial})));
    }
    test::append<cell_type, float>(out, "final state", run.final_states());
    test::tensors const g = test::tensors_of(run.backward(with.dy, {.final = with.dfinal}));
    out.insert(out.end(), g.begin(), g.end());
    return out;
}
constexpr std::array<std::array<bool, 2>, 3> left_out{{{false, false}, {true, true}, {true, false}}};

}  // namespace

TEST_CASE("run_options: one thread, no checks and unlimited memory by default")
{
    constexpr run_options options;
    CHECK(!options.check_finite);
    CHECK(options.chunk_rows == 512);
    CHECK(options.memory == 0);
    CHECK(!options.frozen);
    CHECK(options.input_gradient);
    CHECK(options.pool == nullptr);
}

TEST_CASE_TEMPLATE("run_options: gradients that are left out do not change the others", Cell, lstm<>,
                   gru_reset_before<>, min_gru<>, test::reading_out, test::amplifying, test::autonomous)
{
    auto const with = [] {
        if constexpr (std::is_same_v<Cell, test::reading_out>) {
            return random_run<Cell, float>(steps, batch, 3, input{5}, hidden{9}, output{4});
        } else {
            return example<Cell>();
        }
    }();
    std::vector<int> const lengths{41, 3, 17, 41, 28};
    threads pool{2};
    for (run_options options :
         {run_options{}, run_options{.chunk_rows = 30}, run_options{.chunk_rows = 30, .pool = &pool}}) {
        bptt whole{with.m, options};
        auto const expected = results_with(whole, with);
        auto const of_lengths = results_with(whole, with, lengths);
        for (auto const& [frozen, input_gradient] : left_out) {
            options.frozen = frozen;
            options.input_gradient = input_gradient;
            CAPTURE(frozen);
            CAPTURE(input_gradient);
            bptt run{with.m, options};
            CHECK(run.gives_input_gradient() == input_gradient);
            CHECK(difference(results_with(run, with), without(expected, options)) == 0);
            CHECK(difference(results_with(run, with, lengths), without(of_lengths, options)) == 0);
            // With a memory budget, down to the smallest.
            run_options bounded = options;
            bounded.memory = plan_memory(with.m, steps, batch, options).bytes;
            for (int budgets = 0;; ++budgets) {
                try {
                    bptt tight{with.m, bounded};
                    auto const found = results_with(tight, with);
                    CHECK(difference(found, without(expected, options)) == 0);
                    bounded.memory = tight.plan().bytes - 1;
                } catch (input_error const&) {
                    CHECK(budgets > (options.chunk_rows < 100 ? 2 : 0));
                    break;
                }
            }
        }
    }
}

TEST_CASE_TEMPLATE("run_options: gradients that a truncated_bptt leaves out do not change the others", Cell,
                   lstm<>, test::amplifying, test::autonomous)
{
    auto const with = example<Cell>();
    auto const part = [](auto const& all, std::size_t t) {
        return xt::xtensor<float, 3>(xt::view(all, xt::range(t, t + 8)));
    };
    auto const results_of_steps = [&](run_options const& options) {
        truncated_bptt run{with.m, {.every = 8, .over = 20}, options};
        test::tensors all;
        for (std::size_t t = 0; t + 8 <= steps; t += 8) {
            all.push_back(test::tensor_of("output", run.forward(part(with.x, t))));
            test::tensors const g = test::tensors_of(run.backward(part(with.dy, t)));
            all.insert(all.end(), g.begin(), g.end());
        }
        return all;
    };
    auto const expected = results_of_steps({.chunk_rows = 15});
    for (auto const& [frozen, input_gradient] : left_out) {
        run_options const options{.chunk_rows = 15, .frozen = frozen, .input_gradient = input_gradient};
        CHECK(difference(results_of_steps(options), without(expected, options)) == 0);
    }
}

TEST_CASE("run_options: a gradient that is left out has no entries")
{
    auto const with = example<lstm<>>();
    bptt run{with.m, {.check_finite = true, .frozen = true, .input_gradient = false}};
    run.forward(with.x);
    auto const& g = run.backward(with.dy);
    CHECK(g.input.size() == 0);
    CHECK(g.parameters.flat().empty());
    CHECK_THROWS_WITH_AS(g.parameters["f.W"_s],
                         "rondo: the gradient of parameter 'f.W' is not computed, because the parameters of "
                         "the run are frozen (see run_options)",
                         std::logic_error);
    CHECK(g.initial[1].size() == batch * 9);
    // Those of a model that is only const are computed.
    bptt constant{with.m};
    static_assert(std::is_const_v<decltype(with)>);
    constant.forward(with.x);
    CHECK(constant.backward(with.dy).parameters["f.W"_s](0, 0) != 0);
    CHECK(constant.parameter_groups()[0].parameters.empty());
}

}  // namespace run_options_test
