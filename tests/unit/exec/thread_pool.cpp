#include "unit/threads.hpp"

#include <rondo/exec/thread_pool.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

using namespace rondo;

TEST_CASE("thread_pool: a function is referred to, not copied")
{
    std::ptrdiff_t sum = 0;
    auto const add = [&](std::ptrdiff_t part) { sum += part; };
    part_function const f(add);
    part_function const copy = f;
    f(3);
    copy(4);
    CHECK(sum == 7);
}

TEST_CASE("thread_pool: every part is done once, before run() returns")
{
    test::threads pool(3);
    std::vector<std::atomic<int>> times(7);
    auto const count = [&](std::ptrdiff_t part) { ++times[static_cast<std::size_t>(part)]; };
    pool.run(7, part_function(count));
    for (auto const& n : times) {
        CHECK(n == 1);
    }
}

TEST_CASE("thread_pool: none is the calling thread")
{
    test::threads pool(3);
    CHECK(exec_internal::threads_of(&pool) == 3);
    CHECK(exec_internal::threads_of(nullptr) == 1);
}

TEST_CASE("thread_pool: one without threads is rejected")
{
    for (int const count : {0, -1}) {
        test::threads pool(count);
        CHECK_THROWS_WITH_AS(
            exec_internal::threads_of(&pool),
            ("rondo: the thread pool: expected a count() of at least 1; found " + std::to_string(count))
                .c_str(),
            input_error);
    }
}
