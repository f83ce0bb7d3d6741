#include <rondo/check/fill_randomly.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace rondo;
using namespace rondo::check_internal;

TEST_CASE("fill_randomly: equal numbers on every machine, in float and in double")
{
    std::mt19937_64 bits(1);
    std::mt19937_64 same_bits(1);
    std::vector<double> d(1000);
    std::vector<float> f(1000);
    fill_randomly(d, bits, 0.75);
    fill_randomly(f, same_bits, 0.75);
    CHECK(std::equal(d.begin(), d.end(), f.begin()));
    // The standard specifies this result of mt19937_64 with seed 1; the scaling is exact.
    CHECK(d[0] == 0.75 * (std::floor(0x1p21 * (2469588189546311528.0 * 0x1p-64)) * 0x1p-20 - 1));
}

TEST_CASE("fill_randomly: within bounds, of both signs, centred")
{
    std::mt19937_64 bits(7);
    std::vector<double> v(10000);
    fill_randomly(v, bits, 2);
    CHECK(*std::max_element(v.begin(), v.end()) < 2);
    CHECK(*std::max_element(v.begin(), v.end()) > 1.99);
    CHECK(*std::min_element(v.begin(), v.end()) >= -2);
    CHECK(*std::min_element(v.begin(), v.end()) < -1.99);
    double sum = 0;
    for (double const x : v) {
        sum += x;
    }
    CHECK(std::fabs(sum / 10000) < 0.05);  // four standard deviations of the mean
}
