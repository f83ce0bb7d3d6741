#include "unit/edge_cells.hpp"

#include <rondo/run/bptt_memory.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

namespace bptt_memory_test {

using namespace rondo;
using tested = test::leaky_counter;

TEST_CASE("bptt_memory: rejects a plan for an empty batch")
{
    model<tested> const m{input{1}};
    CHECK_THROWS_WITH_AS(plan_memory(m, 0, 3),
                         "rondo: plan_memory: expected at least 1 step and 1 sequence; found 0 and 3",
                         std::invalid_argument);
    CHECK_THROWS_AS(plan_memory(m, 3, 0), std::invalid_argument);
    CHECK_THROWS_WITH_AS(plan_memory(m, std::vector<int>{}),
                         "rondo: plan_memory: expected at least 1 length; found none", std::invalid_argument);
    CHECK_THROWS_AS(plan_memory(m, std::vector{3, 0}), std::invalid_argument);
    CHECK_THROWS_WITH_AS(plan_memory(m, 1000, 2, {.memory = 10}), doctest::Contains("found 10"),
                         std::invalid_argument);
}

TEST_CASE("bptt_memory: the output and all gradients are counted")
{
    model<tested> const m{input{5}};
    auto const bytes_of = [&](std::size_t steps, std::size_t batch) {
        return plan_memory(m, steps, batch).bytes;
    };
    CHECK(bytes_of(20, 3) > bytes_of(10, 3) + 10 * 3 * sizeof(float) * (5 + 1));
    CHECK(bytes_of(10, 6) > bytes_of(10, 3));
}

TEST_CASE("bptt_memory: gradients that are left out are not counted")
{
    model<tested> const m{input{5}};
    auto const bytes_of = [&](run_options const& options) { return plan_memory(m, 10, 3, options).bytes; };
    CHECK(bytes_of({.input_gradient = false}) == bytes_of({}) - 30 * 5 * sizeof(float));
    auto const scratch = static_cast<std::size_t>(
        exec_internal::weight_gradient_scratch<exec_internal::backward_exe<tested>, float>(m.bound()));
    CHECK(bytes_of({.frozen = true}) ==
          bytes_of({}) - (m.parameters().flat().size() + scratch) * sizeof(float));
    auto const packed = [&](run_options const& options) {
        return plan_memory(m, std::vector{10, 4, 2}, options).bytes;
    };
    CHECK(packed({.input_gradient = false}) == packed({}) - (30 + 16) * 5 * sizeof(float));
}

TEST_CASE("bptt_memory: sequences of one length in a list are packed, which takes memory")
{
    model<tested> const m{input{5}};
    memory_plan const dense = plan_memory(m, 10, 3);
    memory_plan const packed = plan_memory(m, std::vector{10, 10, 10});
    std::size_t const order = 2 * 3 * sizeof(std::ptrdiff_t);
    std::size_t const rows = 30 * (2 * (5 + 1) - 5) * sizeof(float);  // a dense run copies the input alone
    CHECK(packed.bytes == dense.bytes + rows + order);
    CHECK(plan_memory(m, std::vector{10, 4, 2}).steps == 16);
}

TEST_CASE("bptt_memory: the copies of states for the check of results are counted")
{
    model<tested> const m{input{5}};
    std::size_t const states = 2 * 3 * 1 * sizeof(float);  // initial ones and the gradient of the final ones
    CHECK(plan_memory(m, 10, 3, {.check_finite = true}).bytes == plan_memory(m, 10, 3).bytes + states);
}

}  // namespace bptt_memory_test
