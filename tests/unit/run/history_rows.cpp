#include "unit/named_cells.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/model/model.hpp>
#include <rondo/run/history_rows.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("history_rows: rows are taken, moved to the front and cleared for every input")
{
    using inputs = step_inputs_of<test::observing>;
    model<test::observing, double> const m{input{2}, output{3}, hidden{5}};
    history_rows<inputs, double> rows;
    CHECK(rows.from(0)[0] == nullptr);
    rows.reserve(10, m.bound());
    history_chunks chunks, next;
    for (std::ptrdiff_t t = 0; t < 5; ++t) {
        inputs_of<test::observing, double> x;
        for (std::size_t k = 0; k < 3; ++k) {
            auto const features = static_cast<std::size_t>(features_of<inputs>(m.bound(), k));
            x.at(k) = xt::ones<double>({std::size_t{1}, std::size_t{2}, features}) *
                      static_cast<double>(10 * t + static_cast<std::ptrdiff_t>(k));
        }
        next.follow(chunks, {}, 1, std::vector<char>(2, 0));
        rows.take(views_of<inputs, double>(x), next, t);
        chunks.append(next);
    }
    CHECK(rows.from(6)[1][0] == 31);
    CHECK(rows.from(6)[2][1] == 32);
    rows.move_to_front(6, 4);
    CHECK(rows.from(0)[1][0] == 31);
    CHECK(rows.from(2)[1][5] == 41);
    rows.clear(2, 4);
    CHECK(rows.from(0)[0][3] == 30);
    CHECK(rows.from(2)[0][0] == 0);
    CHECK(rows.from(2)[2][1] == 0);
}

TEST_CASE("history_rows: the steps of sequences of different lengths have rows without padding")
{
    using inputs = step_inputs_of<elman<>>;
    model<elman<>, double> const m{input{1}, hidden{1}};
    history_chunks before, window;
    std::vector<char> const none(2, 0);
    before.follow({}, {}, 1, none);
    window.follow(before, std::vector{1, 3}, 3, none);
    xt::xtensor<double, 3> x{{{1}, {10}}, {{2}, {20}}, {{3}, {30}}};
    history_rows<inputs, double> rows;
    rows.reserve(6, m.bound());
    sequence_views<inputs, double> const views{sequence_view<double>(x)};
    rows.take(views, window, 1);
    double const* const first = rows.from(2)[0];
    CHECK(std::vector<double>(first, first + 4) == std::vector<double>{10, 1, 20, 30});
    xt::xtensor<double, 3> y = xt::ones<double>({3, 2, 1});
    rows.give(window, 1, 0, y);
    x(1, 0, 0) = x(2, 0, 0) = 0;
    CHECK(y == x);
}
