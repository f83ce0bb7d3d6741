#include <rondo/lang/comparisons.hpp>
#include <rondo/lang/functions.hpp>
#include <rondo/lang/parameter.hpp>
#include <rondo/lang/rejected_functions.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <optional>
#include <type_traits>

// The programs in tests/fail show the rejections. Here is what must go on compiling beside them.

namespace {

using namespace rondo;
using namespace rondo::lang_internal;

static_assert(step_value<vec<hidden>> && !step_value<double> && !step_value<std::optional<scalar>>);

// Functions that are rejected for expressions are found by an argument only, so these names are free.
struct ceil {};
struct matmul {};
constexpr ceil free_name{};
constexpr matmul another_free_name{};

// A function of the user's own is preferred.
template <class V>
constexpr V swish(V a)
{
    return a * sigmoid(2 * a);
}
static_assert(swish(scalar{}).record == nullptr);

// It is preferred also where it converts its arguments: a parameter to a vector, an integer to a number.
constexpr vec<hidden> relu6(vec<hidden> a, double most) { return clamp(a, 0, most); }
static_assert(relu6(weight<hidden>{}, 6).record == nullptr);

}  // namespace

TEST_CASE("rejected_functions: functions of numbers stay those of the standard library")
{
    CHECK(hypot(3.0, 4.0) == 5.0);
    CHECK(atan(0.0) == 0.0);
    CHECK(std::is_empty_v<decltype(free_name)>);
    CHECK(std::is_empty_v<decltype(another_free_name)>);
}

TEST_CASE("rejected_functions: types that only mention an expression keep their operators")
{
    std::shared_ptr<vec<hidden>> const none;
    std::optional<scalar> const nothing;
    CHECK(!none);
    CHECK((!none && !nothing));
    CHECK((!none || !nothing));
}
