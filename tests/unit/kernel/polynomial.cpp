#include "unit/lanes.hpp"

#include <rondo/kernel/polynomial.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

using namespace rondo;
using namespace rondo::kernel_internal;

TEST_CASE_TEMPLATE("polynomial: coefficients from the lowest power up", T, float, double)
{
    std::array<T, 4> const c{2, -1, 0, 3};
    auto const x = test::counting<T>();
    auto const y = test::lanes_of(horner(c, simd<T>::load_unaligned(x.data())));
    for (std::size_t i = 0; i < x.size(); ++i) {
        CHECK(y[i] == 2 - x[i] + 3 * x[i] * x[i] * x[i]);
    }
    CHECK(test::lanes_of(horner(std::array<T, 1>{7}, simd<T>(T(3))))[0] == 7);
}
