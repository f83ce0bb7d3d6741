#include <rondo/locate/finished_run.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rondo::exec_internal;
using timed_rows = std::vector<timed_row>;

TEST_CASE("row_order: the rows that a function finds")
{
    row_order const order(3, [](std::ptrdiff_t b) { return timed_rows{{b, -1}, {b + 3, 0}}; });
    CHECK(order.batch() == 3);
    CHECK(order.rows_of(1) == timed_rows{{1, -1}, {4, 0}});
}

TEST_CASE("row_order: the packed rows of a time plan, in chunks of any size")
{
    for (std::ptrdiff_t const chunk_rows : {1, 3, 100}) {
        CAPTURE(chunk_rows);
        time_plan plan;
        std::vector<int> const lengths{2, 4, 3};  // sorted: 4, 3, 2
        plan.make(rondo::lengths_view(lengths), chunk_rows);
        row_order const order(plan);
        CHECK(order.batch() == 3);
        CHECK(order.rows_of(0) == timed_rows{{2, 0}, {5, 1}});
        CHECK(order.rows_of(1) == timed_rows{{0, 0}, {3, 1}, {6, 2}, {8, 3}});
        CHECK(order.rows_of(2) == timed_rows{{1, 0}, {4, 1}, {7, 2}});
    }
    time_plan plan;
    plan.make(equal_lengths{.steps = 3, .batch = 2}, 4);
    CHECK(row_order(plan).rows_of(1) == timed_rows{{1, 0}, {3, 1}, {5, 2}});
}
