#include "unit/joining_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/threads.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/check/gradient_check.hpp>
#include <rondo/kernel/load_moved.hpp>
#include <rondo/run/stream.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace load_moved_test {

using namespace rondo;
using namespace rondo::test;

namespace {

constexpr auto lanes = static_cast<std::size_t>(lane_count<double>);

template <class Cell, class... D>
void gradient_agrees(D... bound)
{
    gradient_report const report = check_gradient<Cell>(3, 2, {}, bound...);
    INFO(report);
    CHECK(report.agrees());
}

/// An LSTM with one weight, of @p inputs and @p units, and the random run of one with eight weights that have
/// the same numbers.
struct two_lstms {
    random_run<lstm<>, double> separate;
    model<joined_lstm, double> m;

    two_lstms(std::size_t inputs, std::size_t units)
        : separate(7, 5, 11, input{inputs}, hidden{units}),
          m(input{inputs}, hidden{units}, in_gate{units}, forget_gate{units}, candidate{units})
    {
        auto const& from = separate.m;
        copy(0, from["i.W"_s], from["i.U"_s], from["i.b"_s]);
        copy(1, from["f.W"_s], from["f.U"_s], from["f.b"_s]);
        copy(2, from["g.W"_s], from["g.U"_s], from["g.b"_s]);
        copy(3, from["o.W"_s], from["o.U"_s], from["o.b"_s]);
    }

   private:
    template <class W, class U, class B>
    void copy(std::size_t gate, W const& w, U const& u, B const& b)
    {
        for (std::size_t i = 0; i < b.size(); ++i) {
            std::size_t const row = gate * b.size() + i;
            m["b"_s](row) = b(i);
            for (std::size_t j = 0; j < w.shape(1); ++j) {
                m["W"_s](row, j) = w(i, j);
            }
            for (std::size_t j = 0; j < u.shape(1); ++j) {
                m["W"_s](row, w.shape(1) + j) = u(i, j);
            }
        }
    }
};

}  // namespace

TEST_CASE("load_moved: gradients of cells that join and take apart, at the ends of vectors")
{
    for (std::size_t const n : {std::size_t{1}, lanes - 1, lanes, 2 * lanes + 1}) {
        for (std::size_t const k : {std::size_t{1}, lanes, lanes + 1}) {
            INFO(n << " and " << k);
            gradient_agrees<joined_lstm>(input{k}, in_gate{n}, forget_gate{n}, candidate{n}, hidden{n});
            gradient_agrees<joining_gru>(input{k}, past{n}, in_gate{n}, candidate{n}, hidden{n}, gap{1});
            gradient_agrees<exchanging>(input{k}, past{n}, candidate{k});
            gradient_agrees<scanning_parts>(hidden{n}, past{n});
            gradient_agrees<joining_context>(input{k}, past{n}, hidden{k});
        }
    }
}

TEST_CASE("load_moved: an LSTM with one weight is the LSTM with eight")
{
    for (auto const& [inputs, units] : {std::pair{lanes - 1, lanes + 1}, std::pair{2 * lanes, lanes}}) {
        two_lstms const both(inputs, units);
        auto const& [separate, m] = both;
        bptt expected{separate.m};
        bptt run{m};
        auto const y = tensor_of("", expected.forward(separate.x, {.initial = separate.initial}));
        CHECK(difference(tensor_of("", run.forward(separate.x, {.initial = separate.initial})), y) < 1e-12);
        CHECK(difference(tensor_of("", run.infer(separate.x, {.initial = separate.initial})), y) < 1e-12);
        run.forward(separate.x, {.initial = separate.initial});
        auto const dx = tensor_of("", expected.backward(separate.dy, {.final = separate.dfinal}).input);
        CHECK(difference(tensor_of("", run.backward(separate.dy, {.final = separate.dfinal}).input), dx) <
              1e-12);
    }
}

TEST_CASE("load_moved: lengths, threads and streams of a cell that joins")
{
    two_lstms const both(3, lanes + 2);
    auto const& [separate, m] = both;
    std::vector<int> const lengths{7, 1, 4, 4, 2};
    bptt expected{separate.m};
    auto const y = tensor_of("", expected.forward(separate.x, {.lengths = lengths}));
    threads two(2);
    bptt run{m, {.pool = &two}};
    CHECK(difference(tensor_of("", run.forward(separate.x, {.lengths = lengths})), y) < 1e-12);

    stream live{m, 5};
    auto const all = expected.infer(separate.x);
    std::size_t const size = separate.x.shape(1) * separate.x.shape(2);
    for (std::size_t t = 0; t < all.shape(0); ++t) {
        auto const out = live.step({separate.x.data() + t * size, size});
        for (std::size_t i = 0; i < out.size(); ++i) {
            CHECK(out[i] == doctest::Approx(all.data()[t * out.size() + i]));
        }
    }
}

}  // namespace load_moved_test
