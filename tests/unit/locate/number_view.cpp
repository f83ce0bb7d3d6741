#include <rondo/locate/number_view.hpp>

#include <doctest/doctest.h>

#include <concepts>
#include <limits>
#include <span>
#include <vector>

using namespace rondo::exec_internal;

TEST_CASE_TEMPLATE("number_view: reads numbers and finds those that are not finite", T, float, double)
{
    using limits = std::numeric_limits<T>;
    std::vector<T> const v{1, limits::infinity(), limits::max(), limits::quiet_NaN(), T(0.5)};
    number_view const all{std::span<T const>(v)};
    CHECK(all.size() == 5);
    CHECK(all.is_float() == std::same_as<T, float>);
    CHECK(all[4] == 0.5);
    CHECK(all[2] == double{limits::max()});
    CHECK(all.first_not_finite() == 1);
    CHECK(all.first_not_finite(2) == 3);
    CHECK(all.first_not_finite(4) == 5);
    CHECK(number_view().first_not_finite() == 0);
}
