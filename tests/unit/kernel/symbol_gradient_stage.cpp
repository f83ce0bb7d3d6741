#include "unit/checked_cell.hpp"
#include "unit/named_cells.hpp"
#include "unit/threads.hpp"

#include <rondo/kernel/symbol_gradient_stage.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/stream.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

namespace symbol_gradient_stage_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

/// The run of test::reading_symbols on one-hot vectors instead of symbols.
test::random_run<test::reading_vectors, double> dense(
    test::random_run<test::reading_symbols, double> const& with)
{
    auto const& ids = with.x["symbol"_s];
    test::random_run<test::reading_vectors, double> same(ids.shape()[0], ids.shape()[1], 1, output{11},
                                                         hidden{9});
    std::copy(with.m.parameters().flat().begin(), with.m.parameters().flat().end(),
              same.m.parameters().flat().begin());
    same.x["symbol"_s].fill(0);
    for (std::size_t t = 0; t < ids.shape()[0]; ++t) {
        for (std::size_t b = 0; b < ids.shape()[1]; ++b) {
            same.x["symbol"_s](t, b, static_cast<std::size_t>(ids(t, b, 0))) = 1;
        }
    }
    same.x["gain"_s] = with.x["gain"_s];
    same.initial = with.initial;
    same.dy = with.dy;
    same.dfinal = with.dfinal;
    return same;
}

test::tensors without_symbol_gradient(test::tensors all)
{
    std::erase_if(all, [](auto const& t) { return t.name == "gradient of the input symbol"; });
    return all;
}

}  // namespace

TEST_CASE("symbol_gradient_stage: look-ups give the results of products with one-hot vectors")
{
    for (std::size_t const batch : {1U, 3U, 20U}) {
        CAPTURE(batch);
        test::random_run<test::reading_symbols, double> const with(13, batch, 5, output{11}, hidden{9});
        auto const same = dense(with);
        bptt looking_up{with.m, {.chunk_rows = 16}};
        bptt multiplying{same.m, {.chunk_rows = 16}};
        auto const found = without_symbol_gradient(test::results_of(looking_up, with));
        auto const expected = without_symbol_gradient(test::results_of(multiplying, same));
        INFO(test::worst_of(found, expected));
        CHECK(test::difference(found, expected) < 1e-13);
        CHECK(looking_up.last_gradients().input["symbol"_s] == xt::zeros<double>({13UL, batch, 1UL}));

        test::threads pool(3);
        bptt parallel{with.m, {.chunk_rows = 16, .pool = &pool}};
        CHECK(test::difference(without_symbol_gradient(test::results_of(parallel, with)), found) == 0);

        stream live{with.m, batch};
        live.set_states(with.initial);
        auto const y = looking_up.infer(with.x, {.initial = with.initial});
        std::size_t const size = batch * 9;
        for (std::size_t t = 0; t < 13; ++t) {
            auto const out =
                live.step(named("symbol"_s = std::span(with.x["symbol"_s].data() + t * batch, batch),
                                "gain"_s = std::span(with.x["gain"_s].data() + t * batch, batch)));
            for (std::size_t i = 0; i < size; ++i) {
                CHECK(out[i] == doctest::Approx(y.data()[t * size + i]).epsilon(1e-12));
            }
        }
    }
}

TEST_CASE("symbol_gradient_stage: gradients agree with differences, and float with double")
{
    test::gradient_agrees<test::reading_symbols>();
    test::float_agrees<test::reading_symbols>();
}

TEST_CASE("symbol_gradient_stage: symbols are integers of any type, also of lists and lengths")
{
    test::random_run<test::reading_symbols, float> const with(3, 2, 5, output{11}, hidden{9});
    xt::xtensor<int, 2> const symbols{{3, 10}, {0, 7}, {7, 7}};
    xt::xtensor<float, 3> const as_numbers{{{3}, {10}}, {{0}, {7}}, {{7}, {7}}};
    auto const& gain = with.x["gain"_s];
    bptt run{with.m};
    auto const y = run.forward(named("symbol"_s = symbols, "gain"_s = gain));
    CHECK(run.forward(named("symbol"_s = as_numbers, "gain"_s = gain)) == y);
    std::array<int, 2> const lengths{3, 1};
    auto const padded = run.forward(named("symbol"_s = symbols, "gain"_s = gain), {.lengths = lengths});
    std::vector<xt::xtensor<long, 2>> const list{{{3}, {0}, {7}}, {{10}}};
    std::vector<xt::xtensor<float, 2>> const gains{xt::view(gain, xt::all(), 0),
                                                   xt::view(gain, xt::range(0, 1), 1)};
    CHECK(run.forward(named("symbol"_s = list, "gain"_s = gains)) == padded);
}

TEST_CASE("symbol_gradient_stage: what is no symbol is rejected, except in padding")
{
    test::random_run<test::reading_symbols, float> const with(3, 2, 5, output{11}, hidden{9});
    auto const& gain = with.x["gain"_s];
    xt::xtensor<int, 2> symbols{{3, 10}, {0, 7}, {7, 11}};
    bptt run{with.m};
    auto const forward = [&](auto const& s) { run.forward(named("symbol"_s = s, "gain"_s = gain)); };
    CHECK_THROWS_WITH_AS(forward(symbols),
                         "rondo: the input \"symbol\": expected integers from 0 to 10; found 11 at (time 2, "
                         "batch 1)",
                         input_error);
    CHECK_NOTHROW(run.forward(named("symbol"_s = symbols, "gain"_s = gain), {.lengths = {3, 2}}));
    symbols(2, 1) = -1;
    CHECK_THROWS_AS(forward(symbols), input_error);
    xt::xtensor<double, 2> const between{{3, 10}, {0, 0.5}, {7, 7}};
    CHECK_THROWS_AS(forward(between), input_error);
    stream live{with.m, 2};
    std::array<float, 2> const wrong{3, 11};
    CHECK_THROWS_WITH_AS(live.step(named("symbol"_s = wrong, "gain"_s = std::array<float, 2>{})),
                         "rondo: the input \"symbol\": expected integers from 0 to 10; found 11 at (time 0, "
                         "batch 1)",
                         input_error);
    model<test::reading_symbols, float> const many{output{(1 << 24) + 1}, hidden{1}};
    bptt too_many{many};
    CHECK_THROWS_AS(too_many.forward(named("symbol"_s = symbols, "gain"_s = gain)), input_error);
}

TEST_CASE("symbol_gradient_stage: borrowed symbols that change after forward() do no harm")
{
    test::random_run<test::reading_symbols, double> with(5, 2, 5, output{11}, hidden{9});
    bptt run{with.m};
    xt::xtensor<double, 3> symbols = with.x["symbol"_s];
    auto const& gain = with.x["gain"_s];
    run.forward(named("symbol"_s = borrowed(symbols), "gain"_s = gain));
    auto const expected = test::tensors_of(run.backward(with.dy));
    run.forward(named("symbol"_s = borrowed(symbols), "gain"_s = gain));
    symbols.fill(1e9);
    CHECK(test::difference(test::tensors_of(run.backward(with.dy)), expected) == 0);
}

}  // namespace symbol_gradient_stage_test
