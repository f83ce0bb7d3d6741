#include <rondo/model/xtensor.hpp>
#include <rondo/time/lengths_view.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <limits>
#include <list>
#include <span>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

static_assert(length_list<std::vector<int>>);
static_assert(length_list<std::array<unsigned char, 3>>);
static_assert(length_list<xt::xtensor<long, 1>>);
static_assert(length_list<std::span<std::size_t const>>);
static_assert(!length_list<std::vector<double>>);
static_assert(!length_list<std::vector<bool>>);
static_assert(!length_list<std::list<int>>);  // no random access
static_assert(!length_list<int>);

namespace {

/// The sum of the lengths of an argument.
std::ptrdiff_t sum_of(lengths_view lengths)
{
    std::ptrdiff_t all = 0;
    for (std::ptrdiff_t b = 0; b < lengths.count(); ++b) {
        all += lengths[b];
    }
    return all;
}

}  // namespace

TEST_CASE("lengths_view: refers to any list of integers, and to numbers in braces")
{
    CHECK(sum_of(std::vector{3, 1, 5}) == 9);
    CHECK(sum_of(std::array<unsigned char, 2>{200, 100}) == 300);
    CHECK(sum_of(xt::xtensor<long, 1>{4, 4}) == 8);
    CHECK(sum_of({3, 1, 5}) == 9);
    CHECK(sum_of({7}) == 7);
    std::size_t const n = 3;
    CHECK(sum_of({n, n + 1}) == 7);
}

TEST_CASE("lengths_view: no lengths are another thing than an empty list")
{
    CHECK(!lengths_view().are_given());
    CHECK(lengths_view(std::vector<int>{}).are_given());
    CHECK(lengths_view(std::vector<int>{}).count() == 0);
    CHECK(lengths_view().length(2, 7) == 7);
    std::vector const three{3, 1, 5};
    CHECK(lengths_view(three).length(2, 7) == 5);
}

TEST_CASE("lengths_view: numbers keep their sign, and those that are too large stay too large")
{
    std::array const negative{-1};
    CHECK(lengths_view(negative)[0] == -1);
    std::array const large{~std::size_t{0}};
    CHECK(lengths_view(large)[0] == std::numeric_limits<std::ptrdiff_t>::max());
}
