#include <rondo/time/time_plan.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <stdexcept>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

constexpr std::size_t entry = sizeof(std::ptrdiff_t);  // of the list of checkpoints
constexpr std::size_t lists = 20 * (sizeof(chunk) + 1 + sizeof(std::size_t));

/// A plan for 2 sequences of 100 steps in 20 chunks. A step of both saves 2 * 10 bytes and has 2 * 3 of
/// states; other memory is 1000 bytes, the plan's own included.
memory_plan plan(std::size_t budget, time_plan* made = nullptr, std::size_t unasked = 0)
{
    time_plan time;
    memory_plan const p =
        time.make(equal_lengths{.steps = 100, .batch = 2}, 10, budget, [unasked](time_plan const& t) {
            CHECK(t.chunks().size() == 20);
            return memory_costs{.fixed = 1000 - lists,
                                .saved_row = 10,
                                .state_row = 3,
                                .checkpoint = 14 - entry,
                                .unasked = unasked};
        });
    if (made != nullptr) {
        *made = time;
    }
    return p;
}

}  // namespace

TEST_CASE("time_plan: saves everything without a budget or within a sufficient one")
{
    std::size_t const all = 1000 + 200 * 10 + 202 * 3;
    for (std::size_t budget : {std::size_t{0}, all, 10 * all}) {
        CHECK(plan(budget) == memory_plan{.bytes = all,
                                          .strategy = checkpointing::store_all,
                                          .segment = 100,
                                          .segments = 1,
                                          .checkpoints = 0,
                                          .steps = 200,
                                          .steps_again = 0});
    }
}

TEST_CASE("time_plan: otherwise saves states every n steps, with the largest n that fits")
{
    time_plan time;
    memory_plan const half = plan(3605, &time);
    CHECK(half.strategy == checkpointing::every_nth);
    CHECK(half.segments == 2);
    CHECK(half.segment == 50);
    CHECK(half.checkpoints == 1);
    CHECK(half.bytes == 1000 + 100 * 10 + 102 * 3 + 14);
    CHECK(half.steps_again == 100);
    CHECK(time.segments().size() == 2);
    CHECK(time.checkpoints() == 1);
    CHECK(time.bytes() == lists);
    memory_plan const quarter = plan(1000 + 50 * 10 + 52 * 3 + 3 * 14);
    CHECK(quarter.segments == 4);
    CHECK(quarter.steps_again == 150);
}

TEST_CASE("time_plan: within still less it uses binomial checkpoints, and more repetitions")
{
    std::size_t const least = 1000 + 10 * 10 + 12 * 3 + 14;
    std::ptrdiff_t again = 0;
    for (std::size_t budget = 1300; budget >= least; --budget) {
        memory_plan const p = plan(budget);
        CAPTURE(p);
        CHECK(p.bytes <= budget);
        CHECK(p.steps_again >= again);  // less memory never takes less time
        CHECK((p.strategy == checkpointing::binomial) == (p.steps_again >= 200));
        again = p.steps_again;
    }
    memory_plan const p = plan(least);
    CHECK(p.segments == 20);
    CHECK(p.checkpoints == 1);
    CHECK(p.steps_again == 10 * 20 * 19 / 2);
    CHECK_THROWS_WITH_AS(plan(least - 1),
                         "rondo: the memory budget: expected at least 1150 bytes for sequences of 100 "
                         "steps in a batch of 2; found 1149; fewer chunk_rows take less",
                         std::invalid_argument);
}

TEST_CASE("time_plan: without a budget it takes no more than is taken unasked, or the least that works")
{
    time_plan time;
    CHECK(plan(0, &time, 2605) == plan(3605));
    CHECK(time.segments().size() == 2);
    CHECK(plan(0, &time, 2606).strategy == checkpointing::store_all);
    std::size_t const least = 1000 + 10 * 10 + 12 * 3 + 14;
    CHECK(plan(0, &time, 1) == plan(least));
    CHECK(plan(100'000, &time, 1).strategy == checkpointing::store_all);  // with a budget
}

TEST_CASE("time_plan: the picture in the header")
{
    std::vector<std::ptrdiff_t> const lengths{9, 8, 5, 3};
    time_plan time;
    time.make(lengths_view(lengths), 8);
    CHECK(time.segments().size() == 1);
    CHECK(time.lengths().batch() == 4);
    // A budget that allows two segments and no fewer.
    memory_costs const costs{.saved_row = 1000};
    memory_plan const p = time.make(lengths_view(lengths), 8, 20'000, [&](auto const&) { return costs; });
    CHECK(p.segments == 2);
    std::vector<std::ptrdiff_t> const rows{8, 4, 6, 6, 1};
    std::vector<bool> const starts{true, true, true, true, false};
    REQUIRE(time.chunks().size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CHECK(time.chunks()[i].rows() == rows[i]);
        CHECK(time.chunks().starts_group(i) == starts[i]);
    }
    CHECK(time.segments().first_chunk(1) == 2);
    CHECK(p.strategy == checkpointing::every_nth);
    CHECK(p.steps_again == 12);
}
