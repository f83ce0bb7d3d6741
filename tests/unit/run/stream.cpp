#include "unit/edge_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/model/initialize.hpp>
#include <rondo/run/stream.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

namespace stream_test {

using namespace rondo;
using namespace rondo::exec_internal;
using test::random_run;

namespace {

/// The outputs of a stream for the steps of @p with.
template <class Stream, class Run>
test::named_tensor stepped(Stream& live, Run const& with)
{
    test::named_tensor out{"output", {}};
    std::size_t const size = with.x.shape()[1] * with.x.shape()[2];
    for (std::size_t t = 0; t < with.x.shape()[0]; ++t) {
        auto const y = live.step({with.x.data() + t * size, size});
        out.entries.insert(out.entries.end(), y.begin(), y.end());
    }
    return out;
}

/// Compares a stream with inference, for one voice and for several.
template <class Cell, class T, class... D>
void agrees(D... bound)
{
    // A stream sums products with the input and with the state together, and so in another order.
    double const rounding = 64 * static_cast<double>(std::numeric_limits<T>::epsilon());
    for (std::size_t const voices : {1U, 3U}) {
        CAPTURE(voices);
        random_run<Cell, T> const with(7, voices, 2, bound...);
        bptt run{with.m};
        auto const y = test::tensor_of("output", run.infer(with.x, {.initial = with.initial}));
        stream live{with.m, voices};
        live.set_states(with.initial);
        CHECK(test::difference(stepped(live, with), y) < rounding);
        test::tensors expected;
        test::tensors found;
        test::append<Cell, T>(expected, "state", run.final_states());
        test::append<Cell, T>(found, "state", live.current_states());
        CHECK(test::difference(found, expected) < rounding);
    }
}

}  // namespace

TEST_CASE_TEMPLATE("stream: step by step, the outputs and states of inference", T, float, double)
{
    agrees<lstm<>, T>(input{5}, hidden{9});
    agrees<test::delay_line, T>(input{5});
    agrees<test::leaky_counter, T>(input{5});
}

TEST_CASE("stream: any structure of a cell")
{
    agrees<test::stacked, double>(input{3}, hidden{17}, test::attention{4}, output{2});
    agrees<test::normalised, double>(input{3}, hidden{11});
    agrees<test::attending, double>(input{3}, hidden{6}, test::attention{9}, output{2});
    agrees<test::delay_chain, double>(input{10});
    agrees<test::swapping, double>(hidden{3});
    agrees<test::forgetful, double>(input{4}, hidden{3});
    agrees<test::affine, double>(input{4}, output{3});
    agrees<test::crowded, double>(input{4}, hidden{21});
}

TEST_CASE_TEMPLATE("stream: agrees with inference over many steps", Cell, elman<>, lstm<>, gru_reset_after<>,
                   test::normalised)
{
    for (std::size_t const voices : {1U, 7U, 18U}) {
        CAPTURE(voices);
        random_run<Cell, double> const with(3000, voices, 6, input{2}, hidden{5});
        bptt run{with.m};
        auto const y = test::tensor_of("output", run.infer(with.x));
        stream live{with.m, voices};
        CHECK(test::difference(stepped(live, with), y) < 1e-12);
    }
}

namespace {

/// Compares a single voice whose sizes are constants, which takes several groups of features at once, with
/// one whose sizes are not.
template <class Cell, class T, std::size_t Hidden>
void agrees_with_constants(double limit)
{
    CAPTURE(Hidden);
    random_run<Cell, T> const with(6, 1, 2, input{2}, hidden{Hidden});
    model<Cell, T, fixed<input, 2>, fixed<hidden, Hidden>> m;
    std::ranges::copy(with.m.parameters().flat(), m.parameters().flat().begin());
    stream general{with.m};
    stream special{m};
    CHECK(test::difference(stepped(special, with), stepped(general, with)) < limit);
}

}  // namespace

TEST_CASE("stream: constant sizes")
{
    agrees_with_constants<lstm<>, float, 40>(1e-6);
    agrees_with_constants<lstm<>, double, 72>(1e-14);              // four groups, and more
    agrees_with_constants<gru_reset_after<>, double, 100>(1e-13);  // part of a vector is left over
    agrees_with_constants<elman<>, double, 200>(1e-12);            // blocks that are no whole group
    agrees_with_constants<elman<>, double, 1>(1e-14);
    agrees_with_constants<test::normalised, double, 19>(1e-14);  // stages without products, and of scalars
}

TEST_CASE_TEMPLATE("stream: equal to the last bit in both directions of the traversal", Cell, lstm<>,
                   test::normalised)
{
    random_run<Cell, double> const with(5, 1, 2, input{3}, hidden{150});
    stream even{with.m};
    stream odd{with.m};
    odd.step({with.x.data(), 3});  // every second step walks the panels backwards
    odd.reset();
    CHECK(test::difference(stepped(even, with), stepped(odd, with)) == 0);
}

TEST_CASE("stream: starts from zeros, and again after a reset")
{
    random_run<lstm<>, double> const with(5, 2, 2, input{5}, hidden{9});
    bptt run{with.m};
    auto const y = test::tensor_of("output", run.infer(with.x));
    stream live{with.m, 2};
    auto const first = stepped(live, with);
    CHECK(test::difference(first, y) < 1e-14);
    CHECK(test::difference(stepped(live, with), y) > 1e-3);  // continued from its state
    live.reset();
    CHECK(test::difference(stepped(live, with), first) == 0);
}

TEST_CASE("stream: keeps its parameters until load()")
{
    random_run<lstm<>, double> with(5, 1, 2, input{5}, hidden{9});
    stream live{with.m};
    auto const before = stepped(live, with);
    with.m["f.b"_s](3) += 1;
    live.reset();
    CHECK(test::difference(stepped(live, with), before) == 0);
    live.load(with.m.parameters());
    live.reset();
    stream fresh{with.m};
    auto const after = stepped(fresh, with);
    CHECK(test::difference(stepped(live, with), after) == 0);
    CHECK(test::difference(after, before) > 0);
}

TEST_CASE("stream: wrong sizes are rejected")
{
    model<lstm<>, double> const m{input{5}, hidden{9}};
    CHECK_THROWS_WITH_AS((stream{m, 0}), "rondo: a stream: expected at least 1 voice; found 0",
                         std::invalid_argument);
    stream live{m, 2};
    CHECK_THROWS_WITH_AS(live.set_states(m.zero_states(3)),
                         doctest::Contains("the state of a stream number 1: expected shape (batch = 2, "
                                           "hidden = 9); found (3, 9)"),
                         std::invalid_argument);
}

TEST_CASE("stream: parameters of other sizes are rejected, and nothing has changed")
{
    random_run<test::rectified, double> const with(3, 1, 2, input{2}, hidden{3});
    model<test::rectified, double> const large{input{2}, hidden{30}};
    stream live{with.m};
    stream fresh{with.m};
    CHECK_THROWS_WITH_AS(live.load(large.parameters()),
                         "rondo: parameter 'W': expected shape (3, 2); found shape (30, 2)", input_error);
    CHECK(test::difference(stepped(live, with), stepped(fresh, with)) == 0);
}

TEST_CASE("stream: one that was moved goes on, and any call of the other is rejected")
{
    random_run<test::rectified, double> const with(6, 2, 2, input{2}, hidden{3});
    stream expected{with.m, 2};
    stream live{with.m, 2};
    CHECK(test::difference(stepped(live, with), stepped(expected, with)) == 0);
    std::vector<stream<test::rectified, double>> all;
    all.push_back(std::move(live));
    all.emplace_back(with.m);  // moves the first to new memory
    CHECK(test::difference(stepped(all[0], with), stepped(expected, with)) == 0);
    all[1] = std::move(all[0]);
    CHECK(test::difference(stepped(all[1], with), stepped(expected, with)) == 0);
    CHECK(all[1].current_states() == expected.current_states());

    for (auto* gone : {&live, &all[0]}) {
        char const* const why = "rondo: this object was moved from";
        CHECK_THROWS_WITH_AS(gone->step({with.x.data(), 4}), why, std::logic_error);
        CHECK_THROWS_WITH_AS(gone->reset(), why, std::logic_error);
        CHECK_THROWS_WITH_AS(gone->load(with.m.parameters()), why, std::logic_error);
        CHECK_THROWS_WITH_AS(gone->set_states(with.initial), why, std::logic_error);
        CHECK_THROWS_WITH_AS(gone->current_states(), why, std::logic_error);
    }
}

TEST_CASE("stream: its own states can be set again")
{
    random_run<test::rectified, double> const with(6, 2, 2, input{2}, hidden{3});
    stream expected{with.m, 2};
    stream live{with.m, 2};
    stepped(live, with);
    stepped(expected, with);
    live.set_states(live.current_states());
    CHECK(test::difference(stepped(live, with), stepped(expected, with)) == 0);
}

TEST_CASE_TEMPLATE("stream: a step may read the output of the step before", Cell, elman<>, lstm<>)
{
    // So many features that a step takes several vectors in every register width.
    model<Cell> m{input{96}, hidden{96}};
    initialize_uniform(m.parameters(), 1);
    for (std::size_t const voices : {1U, 3U}) {
        CAPTURE(voices);
        stream fed{m, voices};
        stream copied{m, voices};
        std::vector<float> x(voices * 96, 0.5F);
        std::span<float const> y = fed.step(x);
        for (int t = 0; t < 6; ++t) {
            std::span<float const> const right = copied.step(x);
            CHECK(std::ranges::equal(y, right));
            x.assign(right.begin(), right.end());
            y = fed.step(y);
        }
    }
}

TEST_CASE("stream: rejects an input of another size, and continues")
{
    model<elman<>> const m{input{2}, hidden{3}};
    stream live{m, 2};
    std::vector<float> const x{1, 2, 3};
    CHECK_THROWS_WITH_AS(live.step(x),
                         "rondo: the input of a stream: expected 4 numbers (voices = 2, 2 features); found 3",
                         input_error);
    CHECK_THROWS_AS(live.step({}), input_error);
    CHECK(live.step(std::vector<float>{1, 2, 3, 4}).size() == 6);
}

}  // namespace stream_test
