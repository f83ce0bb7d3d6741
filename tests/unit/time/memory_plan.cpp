#include <rondo/time/memory_plan.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

// A step of 2 sequences keeps 2 * 10 bytes and carries 2 * 3.
constexpr memory_costs costs{.fixed = 1000, .saved_row = 10, .carried_row = 3, .checkpoint = 6, .entry = 8};

memory_plan plan(std::size_t budget)
{
    timeline t;
    t.set(100, 2, 10);  // 20 stretches of 5 steps
    checkpoint_schedule schedule;
    return plan_segments(t, schedule, costs, budget);
}

std::string printed(memory_plan const& p)
{
    std::ostringstream text;
    text << p;
    return text.str();
}

}  // namespace

TEST_CASE("memory_plan: without a budget, and within one that suffices, everything is stored")
{
    std::size_t const all = 1000 + 200 * 10 + 202 * 3;
    for (std::size_t budget : {std::size_t{0}, all, 10 * all}) {
        memory_plan const p = plan(budget);
        CHECK(p.bytes == all);
        CHECK(p.strategy == checkpointing::store_all);
        CHECK(p.segment == 100);
        CHECK(p.segments == 1);
        CHECK(p.checkpoints == 0);
        CHECK(p.steps == 200);
        CHECK(p.steps_again == 0);
    }
    CHECK(printed(plan(0)) == "3606 bytes: stores all steps, computes 0 of 200 steps again");
}

TEST_CASE("memory_plan: otherwise states every n steps, n as large as fits")
{
    memory_plan const half = plan(3605);
    CHECK(half.strategy == checkpointing::every_nth);
    CHECK(half.segments == 2);
    CHECK(half.segment == 50);
    CHECK(half.checkpoints == 1);
    CHECK(half.bytes == 1000 + 100 * 10 + 102 * 3 + 14);
    CHECK(half.steps_again == 100);
    memory_plan const quarter = plan(1000 + 50 * 10 + 52 * 3 + 3 * 14);
    CHECK(quarter.segments == 4);
    CHECK(quarter.steps_again == 150);
    CHECK(printed(quarter) ==
          "1698 bytes: stores every n-th state, 4 segments of 25 steps, 3 "
          "checkpoints, computes 150 of 200 steps again");
}

TEST_CASE("memory_plan: less still takes binomial checkpoints, and more repetitions")
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
