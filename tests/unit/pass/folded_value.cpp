#include <rondo/pass/folded_value.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

static_assert(folds(op::floor) && folds(op::negate) && !folds(op::tanh) && !folds(op::sqrt));
static_assert(folded_value(op::negate, 2) == -2 && folded_value(op::square, -3) == 9);
static_assert(folded_value(op::floor, -1.5) == -2 && folded_value(op::trunc, -1.5) == -1);
static_assert(folded_value(op::round, 2.5) == 2 && folded_value(op::round, 3.5) == 4);
static_assert(folded_value(op::round, 0x1p60) == 0x1p60);
static_assert(folded_value(op::subtract, 5, 3) == 2 && folded_value(op::divide, 1, 4) == 0.25);
static_assert(folded_value(op::above, 2, 2) == 0.5 && folded_value(op::less, 1, 2) == 1);

}  // namespace

TEST_CASE("folded_value: NaN stays NaN, except in comparisons")
{
    double const nan = std::numeric_limits<double>::quiet_NaN();
    for (op const code : {op::floor, op::round, op::trunc, op::relu, op::sign, op::positive, op::abs}) {
        CHECK(std::isnan(folded_value(code, nan)));
    }
    for (op const code : {op::minimum, op::maximum, op::above}) {
        CHECK(std::isnan(folded_value(code, nan, 1)));
        CHECK(std::isnan(folded_value(code, 1, nan)));
    }
    CHECK(folded_value(op::not_equal, nan, nan) == 1);
}
