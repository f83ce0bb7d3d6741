#include <rondo/exec/tbb_thread_pool.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <vector>

using namespace rondo;

TEST_CASE("tbb_thread_pool: every part is done once, before run() returns")
{
    tbb_thread_pool pool(2);
    CHECK(pool.count() == 2);
    std::vector<std::atomic<int>> times(50);
    auto const count = [&](std::ptrdiff_t part) { ++times[static_cast<std::size_t>(part)]; };
    pool.run(50, part_function(count));
    for (auto const& n : times) {
        CHECK(n == 1);
    }
}

TEST_CASE("tbb_thread_pool: no threads are rejected")
{
    CHECK_THROWS_WITH_AS(tbb_thread_pool(0), "rondo: a thread pool: expected at least 1 thread; found 0",
                         std::invalid_argument);
    CHECK_THROWS_AS(tbb_thread_pool(-1), std::invalid_argument);
}
