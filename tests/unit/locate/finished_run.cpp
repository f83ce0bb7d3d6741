#include <rondo/locate/finished_run.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rondo::exec_internal;
using rows = std::vector<std::ptrdiff_t>;

TEST_CASE("row_order: rows (time, batch) from the first step of a sequence")
{
    row_order order(4, 3);
    CHECK(order.rows_of(1) == rows{1, 4, 7, 10});
    CHECK(order.time_of(1, 2) == 2);
    rows const starts{0, 2, 0};
    order.starts = starts;
    order.first_time = -3;
    CHECK(order.rows_of(1) == rows{7, 10});
    CHECK(order.time_of(1, 0) == -1);
    CHECK(order.time_of(0, 0) == -3);
}

TEST_CASE("row_order: the packed rows of a time plan, in chunks of any size")
{
    for (std::ptrdiff_t const chunk_rows : {1, 3, 100}) {
        CAPTURE(chunk_rows);
        time_plan plan;
        rows const lengths{2, 4, 3};  // sorted: 4, 3, 2
        plan.make(rondo::lengths_view(lengths), chunk_rows);
        row_order const order(plan);
        CHECK(order.batch == 3);
        CHECK(order.rows_of(0) == rows{2, 5});
        CHECK(order.rows_of(1) == rows{0, 3, 6, 8});
        CHECK(order.rows_of(2) == rows{1, 4, 7});
    }
    time_plan plan;
    plan.make(equal_lengths{.steps = 3, .batch = 2}, 4);
    CHECK(row_order(plan).rows_of(1) == rows{1, 3, 5});
}
