#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/sequence.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

constexpr std::array<std::string_view, 2> names{"1", "input"};
/// The sizes of two dimensions, in the form of a model's.
struct some_sizes {
    std::ptrdiff_t operator[](dimension_id d) const { return d == unit ? 1 : 3; }
};

/// Refers to @p x as a sequence of three features.
template <class T, class X>
sequence<T> referring(X const& x, std::ptrdiff_t steps = 0, std::ptrdiff_t batch_size = 0)
{
    sequence<T> s;
    s.bind(x, "rondo: the input x", names, {.steps = steps, .batch = batch_size, .features = 1},
           some_sizes{});
    return s;
}

xt::xtensor<double, 3> counting(std::size_t steps, std::size_t batch_size)
{
    xt::xtensor<double, 3> x = xt::zeros<double>({steps, batch_size, std::size_t{3}});
    double n = 0;
    for (double& v : x) {
        v = n++;
    }
    return x;
}

/// Whether a sequence holds @p x, entry by entry.
template <class T, class X>
bool holds(sequence<T> const& s, X const& x)
{
    bool same = s.shape(0) * s.shape(1) * s.shape(2) == static_cast<std::ptrdiff_t>(x.size());
    std::ptrdiff_t i = 0;
    for (auto const v : x) {
        same = same && s.data()[i++] == static_cast<T>(v);
    }
    return same;
}

}  // namespace

TEST_CASE("sequence: refers to entries in row-major order")
{
    auto const x = counting(4, 2);
    CHECK(referring<double>(x).data() == x.data());
    CHECK(referring<double>(x).shape(0) == 4);
    CHECK(referring<double>(x).shape(1) == 2);
    CHECK(referring<double>(x).shape(2) == 3);
    xt::xarray<double> const dynamic = x;
    CHECK(referring<double>(dynamic).data() == dynamic.data());
    std::vector<double> const memory(24, 1.0);
    auto const adapted = xt::adapt(memory, std::array<std::size_t, 3>{4, 2, 3});
    CHECK(referring<double>(adapted).data() == memory.data());
    // Steps from the middle, without gaps.
    auto const window = xt::view(x, xt::range(1, 3), xt::all(), xt::all());
    CHECK(referring<double>(window).data() == x.data() + 6);
    CHECK(holds(referring<double>(window), window));
    // A batch of one has no gaps either.
    auto const one = counting(4, 1);
    CHECK(referring<double>(one).data() == one.data());
}

TEST_CASE("sequence: copies everything else once")
{
    auto const x = counting(4, 2);
    auto const check = [&](auto const& other) {
        auto const s = referring<double>(other);
        CHECK(s.data() != x.data());
        CHECK(holds(s, other));
    };
    check(xt::view(x, xt::range(0, 4, 2), xt::all(), xt::all()));
    check(xt::view(x, xt::all(), xt::range(1, 2), xt::all()));
    check(2 * x);
    check(xt::xtensor<double, 3, xt::layout_type::column_major>(x));
    check(xt::xtensor<float, 3>(x));
    check(xt::xtensor<int, 3>(x));
    CHECK(holds(referring<float>(x), x));
}

TEST_CASE("sequence: rejects a wrong shape, with what was expected and found")
{
    auto const x = counting(4, 2);
    CHECK_NOTHROW(referring<double>(x, 4, 2));
    CHECK_THROWS_WITH_AS(referring<double>(x, 5, 2),
                         "rondo: the input x: expected shape (time = 5, batch = 2, input = 3), no "
                         "extent of 0; found (4, 2, 3)",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(referring<double>(x, 0, 3),
                         "rondo: the input x: expected shape (time, batch = 3, input = 3), no extent "
                         "of 0; found (4, 2, 3)",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(referring<double>(xt::xarray<double>::from_shape({4, 2, 3, 1})),
                         doctest::Contains("found (4, 2, 3, 1)"), std::invalid_argument);
    CHECK_THROWS_WITH_AS(referring<double>(xt::xarray<double>(1.0)), doctest::Contains("found ()"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(referring<double>(counting(0, 2)), doctest::Contains("found (0, 2, 3)"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(referring<double>(counting(2, 0)), doctest::Contains("found (2, 0, 3)"),
                         std::invalid_argument);
}

TEST_CASE("sequence: the first entry that is not finite is named")
{
    auto x = counting(4, 2);
    CHECK_NOTHROW(referring<double>(x).check_finite("rondo: x"));
    x(3, 1, 2) = std::numeric_limits<double>::quiet_NaN();
    x(2, 0, 1) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_WITH_AS(referring<double>(x).check_finite("rondo: x"),
                         "rondo: x: expected finite entries; found inf at (time 2, batch 0, feature 1)",
                         std::invalid_argument);
}

TEST_CASE("sequence: an array is given the shape of a sequence, and allocates nothing if it has that")
{
    xt::xtensor<float, 3> y;
    resize_sequence(y, 4, 3, 2);
    CHECK(y.shape()[0] == 4);
    CHECK(y.shape()[1] == 3);
    CHECK(y.shape()[2] == 2);
    float const* const at = y.data();
    resize_sequence(y, 4, 3, 2);
    CHECK(y.data() == at);
}
