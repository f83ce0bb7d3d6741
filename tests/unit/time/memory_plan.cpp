#include <rondo/time/memory_plan.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

std::string printed(memory_plan const& p)
{
    std::ostringstream text;
    text << p;
    return text.str();
}

}  // namespace

TEST_CASE("memory_plan: bytes are those of the largest segment, of checkpoints and of the rest")
{
    constexpr memory_costs costs{.fixed = 1000, .saved_row = 10, .state_row = 3, .checkpoint = 14};
    static_assert(costs.bytes({}, 0) == 1000);
    static_assert(costs.bytes({.saved = 200, .states = 202, .steps = 100}, 0) == 1000 + 2000 + 606);
    static_assert(costs.bytes({.saved = 50, .states = 52, .steps = 25}, 3) == 1000 + 500 + 156 + 42);
}

TEST_CASE("memory_plan: is printed as a sentence")
{
    CHECK(printed({.bytes = 3606, .segment = 100, .segments = 1, .steps = 200}) ==
          "3606 bytes: stores all steps, computes 0 of 200 steps again");
    CHECK(printed({.bytes = 1698,
                   .strategy = checkpointing::every_nth,
                   .segment = 25,
                   .segments = 4,
                   .checkpoints = 3,
                   .steps = 200,
                   .steps_again = 150}) ==
          "1698 bytes: stores every n-th state, 4 segments of 25 steps, 3 checkpoints, computes 150 of 200 "
          "steps again");
    CHECK(printed({.strategy = checkpointing::binomial}).find("binomial checkpoints") != std::string::npos);
}
