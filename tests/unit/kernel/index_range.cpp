#include <rondo/kernel/index_range.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>

using namespace rondo::kernel_internal;

TEST_CASE("index_range: a range has as many indices as lie between its ends")
{
    CHECK(index_range{3, 3}.size() == 0);
    CHECK(index_range{3, 10}.size() == 7);
}

TEST_CASE("index_range: parts of nearly equal size cover everything once, in order")
{
    for (std::ptrdiff_t const n : {0, 1, 7, 100}) {
        for (std::ptrdiff_t const count : {1, 2, 3, 8, 101}) {
            CAPTURE(n);
            CAPTURE(count);
            std::ptrdiff_t next = 0;
            std::ptrdiff_t least = n;
            std::ptrdiff_t most = 0;
            for (std::ptrdiff_t i = 0; i < count; ++i) {
                index_range const part = part_of(n, {i, count});
                CHECK(part.begin == next);
                next = part.end;
                least = std::min(least, part.size());
                most = std::max(most, part.size());
            }
            CHECK(next == n);
            CHECK(most - least <= 1);
        }
    }
    CHECK(part_of(5, {}).size() == 5);
}
