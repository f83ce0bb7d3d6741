#include "unit/edge_cells.hpp"

#include <rondo/model/parameter_fingerprint.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <stdexcept>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

template <class T>
parameters<test::rectified, T> some()
{
    parameters<test::rectified, T> p(sizes<test::rectified>(input{3}, hidden{5}));
    T n = 0;
    for (T& entry : p.flat()) {
        entry = ++n;
    }
    return p;
}

}  // namespace

TEST_CASE_TEMPLATE("parameter_fingerprint: notices each entry, or the first, the middle and the last", T,
                   float, double)
{
    auto p = some<T>();
    for (bool const all : {false, true}) {
        CAPTURE(all);
        parameter_fingerprint<test::rectified, T> print;
        print.take(p, all);
        CHECK_NOTHROW(print.check(p));
        for (std::size_t i = 0; i < p.count; ++i) {
            auto const e = p.entries(i);
            for (std::size_t j = 0; j < e.size(); ++j) {
                CAPTURE(j);
                T const before = e[j];
                e[j] = before * (1 + std::numeric_limits<T>::epsilon());
                REQUIRE(e[j] != before);
                if (all || j == 0 || j == e.size() / 2 || j + 1 == e.size()) {
                    CHECK_THROWS_AS(print.check(p), std::logic_error);
                } else {
                    CHECK_NOTHROW(print.check(p));
                }
                e[j] = before;
            }
        }
        CHECK_NOTHROW(print.check(p));
    }
}

TEST_CASE("parameter_fingerprint: names the first parameter that has changed")
{
    auto p = some<float>();
    parameter_fingerprint<test::rectified, float> print;
    print.take(p, false);
    p["b"_s](0) = 0;
    CHECK_THROWS_WITH_AS(
        print.check(p),
        "rondo: the parameter 'b' has changed since forward(): backward() needs the parameters "
        "of the forward run; update them after backward()",
        std::logic_error);
    p["W"_s](4, 2) = 0;
    CHECK_THROWS_WITH_AS(print.check(p), doctest::Contains("'W'"), std::logic_error);
}

TEST_CASE("parameter_fingerprint: entries that are not numbers are equal to themselves")
{
    auto p = some<double>();
    p.fill(std::numeric_limits<double>::quiet_NaN());
    parameter_fingerprint<test::rectified, double> print;
    print.take(p, true);
    CHECK_NOTHROW(print.check(p));
}

TEST_CASE("parameter_fingerprint: entries that change places are noticed")
{
    auto p = some<double>();
    parameter_fingerprint<test::rectified, double> print;
    print.take(p, true);
    std::swap(p["W"_s](1, 0), p["W"_s](1, 1));
    CHECK_THROWS_AS(print.check(p), std::logic_error);
}
