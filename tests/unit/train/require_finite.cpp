#include <rondo/train/require_finite.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

using rondo::input_error;
using rondo::train_internal::require_finite;

TEST_CASE_TEMPLATE("require_finite: the first entry that is not finite is named, wherever it is", T, float,
                   double)
{
    using limits = std::numeric_limits<T>;
    for (std::size_t const size : {1U, 7U, 16U, 37U, 131U}) {
        std::vector<T> v(size, T(1));
        v[size / 2] = limits::max();
        v[0] = -limits::max();
        CHECK_NOTHROW(require_finite(std::span<T const>(v), "them"));
        std::vector<T> const largest(size, limits::max());  // whose sum is infinite
        CHECK_NOTHROW(require_finite(std::span<T const>(largest), "them"));
        for (std::size_t i = 0; i < size; ++i) {
            for (T const bad : {limits::quiet_NaN(), limits::infinity(), -limits::infinity()}) {
                std::vector<T> w = v;
                w[i] = bad;
                w[size - 1] = bad;
                CHECK_THROWS_AS(require_finite(std::span<T const>(w), "them"), input_error);
            }
        }
        v[size - 1] = limits::infinity();
        std::string const text =
            "rondo: them: expected finite numbers; found inf at entry " + std::to_string(size - 1);
        CHECK_THROWS_WITH(require_finite(std::span<T const>(v), "them"), text.c_str());
    }
    CHECK_NOTHROW(require_finite(std::span<T const>(), "them"));
    std::vector<T> const negative{1, -limits::quiet_NaN()};
    CHECK_THROWS_WITH(require_finite(std::span<T const>(negative), "them"),
                      "rondo: them: expected finite numbers; found nan at entry 1");
}
