#include "unit/edge_cells.hpp"
#include "unit/memory_in_use.hpp"
#include "unit/random_run.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/cell/min_gru.hpp>
#include <rondo/run/costs.hpp>
#include <rondo/run/stream.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace costs_test {

using namespace rondo;
using namespace rondo::exec_internal;
using test::bytes_in_use;

namespace {

template <class Cell>
using sized = model<Cell, float, fixed<input, 28>, fixed<hidden, 128>>;

constexpr std::int64_t I = 28;
constexpr std::int64_t H = 128;

// Counted by hand in the equations. Forward: two products for each gate; the sums, the functions, and
// the products entry by entry. Backward: each product gives a product for the adjoint of its vector and
// one for the gradient of its matrix.
constexpr model_costs of_elman = costs_of<sized<elman<>>>();
static_assert(of_elman.forward == operation_count{2 * H * (I + H), 3 * H});
static_assert(of_elman.backward == operation_count{4 * H * (I + H), 5 * H});
static_assert(of_elman.parameters == H * (I + H + 1));
static_assert(of_elman.saved_bytes == 4 * H);  // h

constexpr model_costs of_lstm = costs_of<sized<lstm<>>>();
static_assert(of_lstm.forward == operation_count{2 * 4 * H * (I + H), (4 * 3 + 5) * H});
static_assert(of_lstm.backward == operation_count{4 * 4 * H * (I + H), 31 * H + 3 * I});
static_assert(of_lstm.parameters == 4 * H * (I + H + 1));
static_assert(of_lstm.saved_bytes == 6 * 4 * H);  // four gates, h and c

constexpr model_costs of_gru = costs_of<sized<gru_reset_after<>>>();
static_assert(of_gru.forward == operation_count{2 * 3 * H * (I + H), 15 * H});
static_assert(of_gru.backward == operation_count{4 * 3 * H * (I + H), 24 * H + 2 * I});
static_assert(of_gru.parameters == 3 * H * (I + H + 1) + H);
static_assert(of_gru.saved_bytes == 5 * 4 * H);  // r, z, the candidate, its recurrent part, h

// A budget of a small machine, as in a program.
using small = model<lstm<>, float, fixed<input, 1>, fixed<hidden, 40>>;
static_assert(costs_of<small>().forward.total() < 15'000);
static_assert(stream_bytes<small>() < 64 * 1024);
static_assert(training_bytes<small>({.steps = 64, .chunk_rows = 64}) < 1024 * 1024);

/// Bytes that a forward and a backward run take, without the output and the gradients.
template <class Run>
std::int64_t measured_training(Run const& with, run_options const& options = {})
{
    std::int64_t const before = bytes_in_use();
    auto run =
        std::make_unique<bptt<typename decltype(with.m)::cell_type, typename decltype(with.m)::value_type>>(
            with.m, options);
    auto const& y = run->forward(borrowed(with.x));  // without a copy
    auto const& g = run->backward(with.dy);
    std::size_t entries = y.size() + g.input.size() + g.parameters.flat().size();
    return bytes_in_use() - before -
           static_cast<std::int64_t>(entries * sizeof(typename decltype(with.m)::value_type));
}

/// Whether @p a is @p b up to the overhead of an allocator for a few dozen buffers.
bool about(std::int64_t a, std::int64_t b) { return std::abs(a - b) < 20'000 + b / 200; }

}  // namespace

TEST_CASE("costs: equal for sizes that are known at run time")
{
    model<lstm<>, float> const m{input{28}, hidden{128}};
    CHECK(costs_of(m) == of_lstm);
    CHECK(training_bytes(m, {.steps = 50, .batch = 3}) ==
          training_bytes<sized<lstm<>>>({.steps = 50, .batch = 3}));
    CHECK(stream_bytes(m, 3) == stream_bytes<sized<lstm<>>>(3));
    CHECK(costs_of(m).parameters == static_cast<std::int64_t>(m.parameters().size()));
}

TEST_CASE("costs: cells with few operations")
{
    model<test::logistic_map, double> const scalars{};
    CHECK(costs_of(scalars).forward == operation_count{0, 6});
    CHECK(costs_of(scalars).saved_bytes == 8);
    CHECK(costs_of(scalars).parameters == 1);
    model<test::delay_line, float> const line{input{16}};
    CHECK(costs_of(line).forward == operation_count{0, 0});
    CHECK(costs_of(line).parameters == 0);
}

TEST_CASE_TEMPLATE("costs: the memory of a run is as predicted" * doctest::skip(!test::memory_is_counted()),
                   Cell, lstm<>, gru_reset_after<>, min_gru<>)
{
    test::random_run<Cell, float> const with(100, 8, 1, input{37}, hidden{150});
    std::int64_t const measured = measured_training(with);
    CHECK(about(measured, training_bytes(with.m, {.steps = 100, .batch = 8})));
    test::random_run<Cell, float> const longer(130, 8, 1, input{37}, hidden{150});
    CHECK(about(measured_training(longer) - measured, 30 * 8 * costs_of(with.m).saved_bytes));
}

TEST_CASE("costs: gradients that are left out take no memory" * doctest::skip(!test::memory_is_counted()))
{
    test::random_run<lstm<>, float> const with(30, 8, 1, input{300}, hidden{150});
    auto const predicted =
        training_bytes(with.m, {.steps = 30, .batch = 8, .frozen = true, .input_gradient = false});
    CHECK(predicted + 4 * 300 * 4 * 150 < training_bytes(with.m, {.steps = 30, .batch = 8}));
    CHECK(about(measured_training(with, {.frozen = true, .input_gradient = false}), predicted));
}

TEST_CASE("costs: the memory of a stream is as predicted" * doctest::skip(!test::memory_is_counted()))
{
    model<lstm<>, float> const m{input{37}, hidden{150}};
    std::int64_t const before = bytes_in_use();
    stream live{m, 20};
    std::int64_t const copies =
        static_cast<std::int64_t>(4 * (m.parameters().flat().size() + 20 * 150 + 2 * 20 * 150));
    CHECK(about(bytes_in_use() - before - copies, stream_bytes(m, 20)));
}

}  // namespace costs_test
