#include <rondo/kernel/static_for.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

using namespace rondo::kernel_internal;

TEST_CASE("static_for: visits all indices in order")
{
    std::vector<std::size_t> visited;
    static_for<4>([&]<std::size_t I>() { visited.push_back(I); });
    CHECK(visited == std::vector<std::size_t>{0, 1, 2, 3});
}

TEST_CASE("static_for: the index is a constant in the body")
{
    int sum = 0;
    static_for<3>([&]<std::size_t I>() {
        std::array<int, I + 1> const filled{1};
        if constexpr (I != 1) {
            sum += static_cast<int>(filled.size());
        }
    });
    CHECK(sum == 4);
}

TEST_CASE("static_for: zero indices are none")
{
    static_for<0>([]<std::size_t I>() { CHECK(I > 1000); });
}

TEST_CASE("static_for: more indices than clang nests in a fold are visited in order")
{
    std::vector<std::size_t> visited;
    static_for<600>([&]<std::size_t I>() { visited.push_back(I); });
    CHECK(visited.size() == 600);
    CHECK(std::ranges::is_sorted(visited));
}
