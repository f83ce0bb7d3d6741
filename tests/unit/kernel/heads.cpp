#include "unit/checked_cell.hpp"
#include "unit/matrix_cells.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/kernel/heads.hpp>
#include <rondo/kernel/run_rows.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace heads_test {

using namespace rondo;
using namespace rondo::check_internal;
using test::heads;
using test::keys;
using test::values;

namespace {

/// Runs the first stage of products of @p Exe on some rows of ten, for several sizes and numbers of rows.
template <class Exe, bool InLoop, class T>
void check_products(double tolerance)
{
    using stage_type = stage_exe<Exe, test::stage_of_kind<Exe>(stage_kind::tile, InLoop)>;
    static_assert(stage_type::what.is_by_head());
    using sizes_type = sizes<typename Exe::cell_type>;
    constexpr auto w = static_cast<std::size_t>(lane_count<T>);
    for (std::size_t const features : {std::size_t{1}, w - 1, 2 * w, 5 * w + 3}) {
        for (index_range const rows : {index_range{0, 1}, index_range{2, 5}, index_range{1, 24}}) {
            CAPTURE(features);
            CAPTURE(rows.end);
            test::stage_memory<stage_type, T, sizes_type> memory(
                sizes_type(input{3}, heads{3}, keys{features}, values{2}), 25);
            run_rows<stage_type, T>(memory.ctx, memory.sizes, rows, {});
            CHECK(memory.difference(rows) < tolerance);
            CHECK(memory.is_untouched_outside(rows));
        }
    }
}

using with_heads = test::lstm_along<heads>;
using of_one = test::lstm_along<>;

// Heads take no stage more.
template <class Cell>
constexpr std::array stages_of{compiled<Cell>::forward_schedule.stages.size(),
                               compiled<Cell>::inference_schedule.stages.size(),
                               compiled<Cell>::backward_schedule.stages.size()};
static_assert(stages_of<with_heads> == stages_of<of_one>);
static_assert(compiled<with_heads>::infers_step_by_step);

/// Copies the entries of head @p head of an array, or of one without heads, whose entries behind the head's
/// are @p inner.
template <class From, class To>
void copy_head(From const& from, std::size_t count, std::size_t head, std::size_t inner, To& to)
{
    for (std::size_t k = 0; k < to.size(); ++k) {
        to.data()[k] = from.data()[(k / inner * count + head) * inner + k % inner];
    }
}
/// The largest difference of the entries of @p of_head from those of head @p head of @p all.
template <class All, class One>
double difference_of_head(All const& all, std::size_t count, std::size_t head, std::size_t inner,
                          One const& of_head)
{
    double worst = 0;
    for (std::size_t k = 0; k < of_head.size(); ++k) {
        worst = std::max(
            worst, std::abs(all.data()[(k / inner * count + head) * inner + k % inner] - of_head.data()[k]));
    }
    return worst;
}

/// The largest difference of outputs and gradients of an LSTM with @p count heads of @p size units from those
/// of one LSTM for each head.
double difference_from_cells_apart(std::size_t steps, std::size_t batch, std::size_t count, std::size_t size)
{
    test::random_run<with_heads, double> const with(steps, batch, 7, input{5}, heads{count}, keys{size});
    bptt run{with.m};
    auto const y = run.forward(with.x, {.initial = with.initial});
    auto const& g = run.backward(with.dy, {.final = with.dfinal});
    auto sum = xt::xtensor<double, 3>(xt::zeros_like(g.input));
    double worst = 0;
    for (std::size_t head = 0; head < count; ++head) {
        test::random_run<of_one, double> one(steps, batch, 8, input{5}, keys{size});
        for (std::size_t i = 0; i < one.m.parameters().count; ++i) {
            auto const from = with.m.parameters().entries(i);
            auto const to = one.m.parameters().entries(i);
            std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(head * to.size()), to.size(), to.begin());
        }
        one.x = with.x;
        copy_head(with.dy, count, head, size, one.dy);
        for (std::size_t k = 0; k < 2; ++k) {
            copy_head(with.initial[k], count, head, size, one.initial[k]);
            copy_head(with.dfinal[k], count, head, size, one.dfinal[k]);
        }
        bptt apart{one.m};
        auto const y_one = apart.forward(one.x, {.initial = one.initial});
        auto const& g_one = apart.backward(one.dy, {.final = one.dfinal});
        worst = std::max(worst, difference_of_head(y, count, head, size, y_one));
        for (std::size_t k = 0; k < 2; ++k) {
            worst = std::max(worst, difference_of_head(g.initial[k], count, head, size, g_one.initial[k]));
        }
        for (std::size_t i = 0; i < one.m.parameters().count; ++i) {
            auto const part = g_one.parameters.entries(i);
            worst =
                std::max(worst, difference_of_head(g.parameters.entries(i), count, head, part.size(), part));
        }
        sum += g_one.input;
    }
    return std::max(worst, difference_of_head(sum, 1, 0, sum.size(), g.input));
}

}  // namespace

TEST_CASE("heads: a stage stores what its formulas say, head by head, and nothing else")
{
    check_products<forward_exe<test::lstm_of_heads>, true, double>(1e-13);
    check_products<forward_exe<test::lstm_of_heads>, true, float>(1e-5);
    check_products<forward_exe<test::lstm_of_heads>, false, double>(1e-13);
    check_products<inference_exe<test::lstm_of_heads>, true, double>(1e-13);
    check_products<backward_exe<test::lstm_of_heads>, true, double>(1e-12);
}

TEST_CASE("heads: gradients and rounding of an LSTM whose weights are a matrix for each head")
{
    constexpr auto w = static_cast<std::size_t>(lane_count<double>);
    for (std::size_t const size : {std::size_t{1}, w + 1}) {
        auto const report =
            check_gradient<test::lstm_of_heads>(3, 2, {}, input{3}, heads{2}, keys{size}, values{3});
        INFO(report);
        CHECK(report.agrees());
    }
    test::float_agrees<test::lstm_of_heads>();
}

TEST_CASE("heads: an LSTM with heads is one LSTM for each head")
{
    constexpr auto w = static_cast<std::size_t>(lane_count<double>);
    for (std::size_t const size : {std::size_t{1}, w - 1, w, 3 * w + 1, 4 * w}) {
        CAPTURE(size);
        CHECK(difference_from_cells_apart(7, 1, 3, size) < 1e-12);
        CHECK(difference_from_cells_apart(5, 18, 2, size) < 1e-12);
    }
}

}  // namespace heads_test
