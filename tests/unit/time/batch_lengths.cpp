#include <rondo/time/batch_lengths.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("batch_lengths: sequences of one length stay in the caller's order")
{
    batch_lengths l;
    l.assign(equal_lengths{.steps = 23, .batch = 4});
    CHECK(l.steps() == 23);
    CHECK(l.shortest() == 23);
    CHECK(l.batch() == 4);
    CHECK(l.length(3) == 23);
    CHECK(l.sorted_indices().empty());
    CHECK(original_index(l.sorted_indices(), 3) == 3);
    CHECK(l.bytes() == 0);
}

TEST_CASE("batch_lengths: others are sorted, the longest first, and equal ones in the caller's order")
{
    batch_lengths l;
    std::vector<std::ptrdiff_t> const lengths{3, 7, 1, 7, 4};
    l.assign(lengths_view(lengths));
    std::vector<std::ptrdiff_t> const order{1, 3, 4, 0, 2};
    CHECK(std::ranges::equal(l.sorted_indices(), order));
    CHECK(l.steps() == 7);
    CHECK(l.shortest() == 1);
    CHECK(l.batch() == 5);
    for (std::ptrdiff_t i = 0; i < 5; ++i) {
        std::ptrdiff_t const b = original_index(l.sorted_indices(), i);
        CHECK(b == order[static_cast<std::size_t>(i)]);
        CHECK(l.length(i) == lengths[static_cast<std::size_t>(b)]);
    }
    CHECK(l.bytes() == 10 * sizeof(std::ptrdiff_t));
    l.assign(equal_lengths{.steps = 2, .batch = 1});
    CHECK(l.sorted_indices().empty());
}
