#include "unit/named_cells.hpp"

#include <rondo/model/model.hpp>
#include <rondo/run/history_rows.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("history_rows: steps are taken, moved to the front and cleared for every input")
{
    using inputs = step_inputs_of<test::observing>;
    model<test::observing, double> const m{input{2}, output{3}, hidden{5}};
    history_rows<inputs, double> rows;
    CHECK(rows.from(0)[0] == nullptr);
    rows.reserve(5, 2, m.bound());
    CHECK(rows.entries(0) == 4);
    CHECK(rows.entries(2) == 2);
    for (std::ptrdiff_t t = 0; t < 5; ++t) {
        inputs_of<test::observing, double> x;
        for (std::size_t k = 0; k < 3; ++k) {
            auto const features = static_cast<std::size_t>(rows.entries(k) / 2);
            x.at(k) = xt::ones<double>({std::size_t{1}, std::size_t{2}, features}) *
                      static_cast<double>(10 * t + static_cast<std::ptrdiff_t>(k));
        }
        rows.take(views_of<inputs, double>(x), t);
    }
    CHECK(rows.from(3)[1][0] == 31);
    CHECK(rows.from(3)[2][1] == 32);
    rows.move_to_front(3, 2);
    CHECK(rows.from(0)[1][0] == 31);
    CHECK(rows.from(1)[1][5] == 41);
    rows.clear(1, 2);
    CHECK(rows.from(0)[0][3] == 30);
    CHECK(rows.from(1)[0][0] == 0);
    CHECK(rows.from(1)[2][1] == 0);
}
