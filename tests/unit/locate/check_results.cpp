#include "unit/diverging_cells.hpp"
#include "unit/matrix_cells.hpp"
#include "unit/rows_of_steps.hpp"

#include <rondo/locate/check_results.hpp>
#include <rondo/run/bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace check_results_test {

using namespace rondo;
using namespace rondo::test;

namespace {

constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

/// A run of three steps of two sequences that is finite if it is repeated.
struct harmless_run {
    model<linear_recurrence, float> m = diagonal_model<linear_recurrence, float>(1, 1);
    std::vector<float> zeros = std::vector<float>(12, 0.0F);
    std::vector<float> y = zeros;
    std::vector<float> final = std::vector<float>(4, 0.0F);
    parameters<linear_recurrence, float> dp{m.bound()};
    finished_run run{};

    harmless_run()
    {
        run.model = recorded_model_of<linear_recurrence, float>(m.bound(), m.parameters());
        run.rows = test::rows_of_steps(3, 2);
        run.inputs.push_back({zeros.data(), zeros.size()});
        run.output_gradients = run.inputs;
        run.outputs.push_back({y.data(), y.size()});
        run.input_gradients = run.outputs;
        run.final.push_back({final.data(), final.size()});
        run.initial_gradient = run.final;
        run.parameter_gradients.push_back(number_view(std::as_const(dp).entries(0)));
    }
    [[nodiscard]] std::string message() const
    {
        return message_of<number_error>([&] { check_results(run); });
    }
};

constexpr char const* end = "; all values are finite if sums are added in another order";

}  // namespace

TEST_CASE("check_results: says which result is not finite if a repetition does not show why")
{
    harmless_run with;
    CHECK_NOTHROW(check_results(with.run));
    with.final[3] = not_a_number;
    CHECK(with.message() == std::string("rondo: the final state number 1: expected finite numbers; found nan "
                                        "at (batch 1, feature 1)") +
                                end);
    with.y[9] = with.y[7] = -not_a_number;
    CHECK(
        with.message() ==
        std::string("rondo: the output: expected finite numbers; found nan at (time 1, batch 1, feature 1)") +
            end);
}

TEST_CASE("check_results: backwards, the latest gradient of the input counts")
{
    harmless_run with;
    with.run.is_backward = true;
    with.run.final.clear();
    CHECK_NOTHROW(check_results(with.run));
    with.dp.entries(0)[2] = not_a_number;
    CHECK(with.message() ==
          "rondo: the gradient of parameter 'W': expected finite numbers; found nan at entry (1, 0), where "
          "terms that are finite were added over steps and sequences");
    with.final[2] = not_a_number;
    CHECK(
        with.message().find("the gradient of the initial state number 1: expected finite numbers; found nan "
                            "at (batch 1, feature 0)") != std::string::npos);
    with.y[1] = with.y[9] = with.y[10] = not_a_number;
    CHECK(with.message().find("the gradient of the input: expected finite numbers; found nan at (time 2, "
                              "batch 0, feature 1)") != std::string::npos);
}

TEST_CASE("check_results: an entry of a matrix is named by its indices along all dimensions")
{
    model<linear_attention, double> m{input{2}, keys{3}, values{4}};
    bptt run{m, {.check_finite = true}};
    std::fill(m.parameters().flat().begin(), m.parameters().flat().end(), 1.0);
    xt::xtensor<double, 3> x = xt::ones<double>({3, 2, 2});
    x(1, 1, 0) = 1e200;
    CHECK(message_of<number_error>([&] {
              run.forward(x);
          }).find("found inf at (time 1, batch 1, values 0, keys 0)") != std::string::npos);
}

}  // namespace check_results_test
