#include "unit/edge_cells.hpp"

#include <rondo/model/value_arrays.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

constexpr extents one_number{};
constexpr extents vector{1};
constexpr extents matrix{2, 1};
constexpr extents heads{1, 2, 1};

constexpr std::size_t rank_of_three(std::initializer_list<extents> list)
{
    std::array<extents, 3> all{};
    std::copy(list.begin(), list.end(), all.begin());
    return common_rank(all, std::identity{});
}

}  // namespace

static_assert(rank_of_three({one_number, vector, vector}) == 1);
static_assert(rank_of_three({matrix, matrix, matrix}) == 2);
static_assert(rank_of_three({vector, matrix, matrix}) == 0);
static_assert(rank_of_three({heads, heads, one_number}) == 0);
static_assert(std::is_same_v<value_array<float, 2, 1>, xt::xtensor<float, 3>>);
static_assert(std::is_same_v<value_array<float, 1, 3>, xt::xtensor<float, 4>>);

TEST_CASE("value_arrays: an array gets the extents of its values, in place where it has them")
{
    sizes<test::peephole> const bound(input{2}, hidden{5});
    xt::xtensor<float, 4> x;
    resize_array(x, {{7, 3}, bound, matrix});
    CHECK(std::vector<std::size_t>(x.shape().begin(), x.shape().end()) ==
          std::vector<std::size_t>{7, 3, static_cast<std::size_t>(bound[2]),
                                   static_cast<std::size_t>(bound[1])});
    x.fill(2);
    float const* const before = x.data();
    resize_array(x, {{7, 3}, bound, matrix});
    CHECK(x.data() == before);
    CHECK(x(6, 2, 1, 1) == 2);
    xt::xtensor<float, 4> const taken = std::move(x);
    resize_array(x, {{7, 3}, bound, matrix});
    CHECK_FALSE(is_moved_from(x));
    x.fill(3);
    CHECK(taken(6, 2, 1, 1) == 2);

    xt::xtensor<float, 2> s;
    resize_array(s, {{3}, bound, one_number});
    CHECK(s.shape()[1] == 1);
}

TEST_CASE("value_arrays: arrays of any rank have no entries at first")
{
    sizes<test::peephole> const bound(input{2}, hidden{5});
    value_arrays<double, 1, 0, 2> all;
    CHECK(all[0].size() == 0);
    CHECK(all[1].size() == 0);
    resize_array(all[1], {{3}, bound, heads});
    CHECK(all[1].dimension() == 4);
    CHECK(all[1].size() == static_cast<std::size_t>(3 * entries_of(bound, heads)));
}
