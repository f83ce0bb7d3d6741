#include <rondo/model/xtensor.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

TEST_CASE("xtensor: containers, adaptors and views are declared in every version")
{
    std::vector<float> numbers{0, 1, 2, 3, 4, 5};
    auto const adapted = xt::adapt(numbers.data(), 6, xt::no_ownership(), std::array<std::size_t, 2>{2, 3});
    xt::xtensor<float, 2> const fixed_rank = adapted;
    xt::xarray<float> const any_rank = xt::view(fixed_rank, xt::all(), xt::range(1, 3));
    CHECK(any_rank.dimension() == 2);
    CHECK(any_rank(1, 0) == 4);
}
