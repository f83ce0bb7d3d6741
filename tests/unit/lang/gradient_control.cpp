#include "unit/lang/recording.hpp"

#include <rondo/lang/gradient_control.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <utility>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

static_assert(
    std::is_same_v<decltype(with_gradient(std::declval<vec<hidden>>(), std::declval<vec<hidden>>())),
                   vec<hidden>>);
static_assert(std::is_same_v<decltype(stop_gradient(std::declval<scalar>())), scalar>);
static_assert(std::is_same_v<decltype(scale_gradient(std::declval<vec<input>>(), -1)), vec<input>>);

// The value comes first.
static_assert(holds([](recording& r) {
    return is(r, with_gradient(r.h, r.c), op::with_gradient, r.h, r.c);
}));
static_assert(holds([](recording& r) {
    return is(r, with_gradient(r.c, r.h), op::with_gradient, r.c, r.h);
}));

// The others are composed of it.
static_assert(holds([](recording& r) { return is(r, stop_gradient(r.h), op::with_gradient, r.h, 0.0); }));
static_assert(holds([](recording& r) {
    return is(r, scale_gradient(r.h, -2), op::with_gradient, r.h, -2 * r.h);
}));
static_assert(holds([](recording& r) {
    return is(r, scale_gradient(r.h, r.s), op::with_gradient, r.h, stop_gradient(r.s) * r.h);
}));
static_assert(holds([](recording& r) { return r[stop_gradient(r.s)].shape == extents{}; }));
static_assert(holds([](recording& r) { return r[stop_gradient(r.h)].shape == extents{1}; }));

// Nothing is recorded for a value that is unknown to tracing.
static_assert(stop_gradient(vec<hidden>{}).record == nullptr);
static_assert(holds([](recording& r) {
    return with_gradient(r.h, vec<hidden>{}).record == &r.record && r.record.met_unlisted;
}));

}  // namespace

TEST_CASE("gradient_control: the same value is recorded once")
{
    recording r{};
    CHECK(stop_gradient(r.h * r.c).id == stop_gradient(r.h * r.c).id);
}
