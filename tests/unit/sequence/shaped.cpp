#include <rondo/sequence/shaped.hpp>

#include <doctest/doctest.h>

#include <array>
#include <span>
#include <utility>
#include <vector>

using namespace rondo;

template <class V>
concept can_be_shaped = requires(V&& v) { shaped(std::forward<V>(v), 1, 1, 1); };
static_assert(can_be_shaped<std::vector<float>&>);
static_assert(can_be_shaped<std::span<float const>>);
static_assert(!can_be_shaped<std::vector<float>>);  // would die before it is read

TEST_CASE("shaped: numbers in a vector, an array, a span or behind a pointer, row by row")
{
    std::vector<float> const v{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    auto const x = shaped(v, 3, 2, 2);
    CHECK(x.dimension() == 3);
    CHECK(x.data() == v.data());
    CHECK(x(2, 0, 1) == 9);
    CHECK(shaped(std::span(v), 6, 2)(5, 1) == 11);
    CHECK(shaped(v.data(), 2, 1, 2)(1, 0, 0) == 2);
    std::array<double, 2> written{};
    shaped(written, 2, 1, 1)(1, 0, 0) = 7;
    CHECK(written[1] == 7);
}

TEST_CASE("shaped: rejects another number of entries, and negative extents")
{
    std::vector<float> const v(12);
    CHECK_THROWS_WITH_AS(shaped(v, 3, 2, 3),
                         "rondo: shaped: expected 18 numbers, as the extents say; found 12", input_error);
    CHECK_THROWS_WITH_AS(shaped(v, -3, 2, -2), "rondo: shaped: expected extents of at least 0; found -3",
                         input_error);
    CHECK_NOTHROW(shaped(std::span<float>{}, 0, 2, 3));
}
