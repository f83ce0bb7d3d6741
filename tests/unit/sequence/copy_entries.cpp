#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/copy_entries.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace rondo::exec_internal;

static_assert(most_dimensions<xt::xtensor<float, 3>>() == 3);
static_assert(most_dimensions<xt::xarray<float>>() == array_shape::most);

TEST_CASE("copy_entries: the last dimension is innermost, whatever the layout")
{
    xt::xarray<double> const x = xt::arange(2.0 * 3 * 2 * 4).reshape({2, 3, 2, 4});
    xt::xtensor<float, 4, xt::layout_type::column_major> const columns = x;
    std::vector<double> to(8);
    auto const holds = [&](double first) {
        for (std::size_t i = 0; i < to.size(); ++i) {
            CHECK(to[i] == first + static_cast<double>(i));
        }
    };
    copy_entries(x, to.data(), 8, std::ptrdiff_t{1}, std::ptrdiff_t{2});
    holds(40);
    copy_entries(columns, to.data(), 8, std::ptrdiff_t{0}, std::ptrdiff_t{1});
    holds(8);
    copy_entries(2.0 * x, to.data(), 1, std::ptrdiff_t{1}, std::ptrdiff_t{2});
    CHECK(to[0] == 80);
}

TEST_CASE("copy_entries: an array without an extent for the value has one number")
{
    xt::xtensor<int, 2> const numbers{{1, 2}, {3, 4}};
    double to = 0;
    copy_entries(numbers, &to, 1, std::ptrdiff_t{1}, std::ptrdiff_t{0});
    CHECK(to == 3);
}
