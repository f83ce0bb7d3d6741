#include "unit/checked_cell.hpp"
#include "unit/lang/recording.hpp"

#include <rondo/lang/cell.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace comparisons_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;
using namespace std;  // whose min and max are templates of any type

namespace {

// Each comparison is one operation; the larger operand of > and >= comes second.
static_assert(holds([](recording& r) { return is(r, r.h < r.c, op::less, r.h, r.c); }));
static_assert(holds([](recording& r) { return is(r, r.h <= r.c, op::less_equal, r.h, r.c); }));
static_assert(holds([](recording& r) { return is(r, r.h > r.c, op::less, r.c, r.h); }));
static_assert(holds([](recording& r) { return is(r, r.h >= r.c, op::less_equal, r.c, r.h); }));
static_assert(holds([](recording& r) { return is(r, r.h == r.c, op::equal, r.h, r.c); }));
static_assert(holds([](recording& r) { return is(r, r.h != r.c, op::not_equal, r.h, r.c); }));
static_assert(holds([](recording& r) { return is(r, r.s < r.h, op::less, r.s, r.h); }));

// With numbers, on either side.
static_assert(holds([](recording& r) { return is(r, r.h < 2, op::less, r.h, 2.0); }));
static_assert(holds([](recording& r) { return is(r, 2 < r.h, op::less, 2.0, r.h); }));
static_assert(holds([](recording& r) { return is(r, r.h > 0.5, op::less, 0.5, r.h); }));
static_assert(holds([](recording& r) { return is(r, 0.5 > r.h, op::less, r.h, 0.5); }));
static_assert(holds([](recording& r) { return is(r, r.h <= 1, op::less_equal, r.h, 1.0); }));
static_assert(holds([](recording& r) { return is(r, 1 <= r.h, op::less_equal, 1.0, r.h); }));
static_assert(holds([](recording& r) { return is(r, r.h >= 1, op::less_equal, 1.0, r.h); }));
static_assert(holds([](recording& r) { return is(r, 1 >= r.h, op::less_equal, r.h, 1.0); }));
static_assert(holds([](recording& r) { return is(r, r.h == 3, op::equal, r.h, 3.0); }));
static_assert(holds([](recording& r) { return is(r, 3 == r.h, op::equal, r.h, 3.0); }));
static_assert(holds([](recording& r) { return is(r, r.h != 3, op::not_equal, r.h, 3.0); }));
static_assert(holds([](recording& r) { return is(r, 3 != r.s, op::not_equal, r.s, 3.0); }));

// A condition has the wider shape and can be used like any other value.
static_assert(std::is_same_v<decltype(std::declval<scalar>() < std::declval<vec<hidden>>()), vec<hidden>>);
static_assert(std::is_same_v<decltype(std::declval<vec<hidden>>() == 1), vec<hidden>>);
static_assert(holds([](recording& r) { return is(r, (r.h < r.c) * r.h, op::multiply, r.h < r.c, r.h); }));

// Smaller and larger, also if the names of std are visible.
static_assert(holds([](recording& r) { return is(r, min(r.h, r.c), op::minimum, r.h, r.c); }));
static_assert(holds([](recording& r) { return is(r, max(r.h, r.c), op::maximum, r.h, r.c); }));
static_assert(holds([](recording& r) { return is(r, max(r.s, r.h), op::maximum, r.s, r.h); }));
static_assert(holds([](recording& r) { return is(r, min(r.h, 6), op::minimum, r.h, 6.0); }));
static_assert(holds([](recording& r) { return is(r, max(0, r.h), op::maximum, 0.0, r.h); }));
static_assert(holds([](recording& r) {
    return is(r, rondo::clamp(r.h, -1, 1), op::minimum, max(r.h, -1), 1.0);
}));
static_assert(holds([](recording& r) {
    return is(r, rondo::clamp(r.h, r.s, r.c), op::minimum, max(r.h, r.s), r.c);
}));

/// Whether @p e is the choice between @p a and @p b.
template <class R, class C, class A, class B>
constexpr bool chooses(recording const& r, expression<R> e, expression<C> c, expression<A> a, expression<B> b)
{
    return r[e].opcode == op::select && r[e].a == c.id && r[e].b == a.id && r[e].c == b.id &&
           r[e].shape == (std::is_same_v<R, shape<>> ? extents{} : extents{1});
}
static_assert(holds([](recording& r) { return chooses(r, where(r.h, r.c, r.s), r.h, r.c, r.s); }));
static_assert(holds([](recording& r) { return chooses(r, where(r.s, r.s, r.h), r.s, r.s, r.h); }));
static_assert(holds([](recording& r) { return chooses(r, where(r.s, r.s, r.s), r.s, r.s, r.s); }));
static_assert(holds([](recording& r) {
    return chooses(r, where(r.s > 0, r.h, 0), r.s > 0, r.h, number(r.h, 0)) &&
           chooses(r, where(r.h, 2, r.s), r.h, number(r.h, 2), r.s) &&
           chooses(r, where(r.h, 2, 3), r.h, number(r.h, 2), number(r.h, 3));
}));

// A value that is unknown to tracing is detected at any position.
static_assert(holds([](recording& r) {
    vec<hidden> const unlisted{};
    return !r.record.met_unlisted && where(unlisted, r.h, r.c).record == &r.record && r.record.met_unlisted;
}));
static_assert(holds([](recording& r) {
    vec<hidden> const unlisted{};
    return where(r.h, r.c, unlisted).record == &r.record && r.record.met_unlisted;
}));
static_assert(where(vec<hidden>{}, 1, 2).record == nullptr);
static_assert((vec<hidden>{} < 1).record == nullptr);

/// All operations, continuous at their jumps: a triangular wave of a phase, a choice, values held in a range.
struct choosing {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<hidden> period;
    weight<> slope;
    RONDO_MEMBERS(W, U, period, slope);

    constexpr auto operator()(vec<input> x, vec<hidden> h, scalar last) const
    {
        auto a = W * x + U * h;
        auto length = abs(period) + 1.5;
        auto phase = fmod(3 * a + 20, length) / length;
        auto open = where(phase < 0.5, 2 * phase, 2 - 2 * phase);
        auto root = where(a > 0.25, log(4 * a), 4 * a - 1);  // log is NaN where it is not chosen
        auto steps = floor(a) + trunc(a) - round(a) + sign(a) + (a >= h) * (a != h) + (last == last);
        auto scale = rsqrt(square(h) + last * last + 0.5);
        auto next_last = min(max(mean(root), slope), 1);
        return rondo::next{tanh(open * rondo::clamp(root, -0.5, h + 1) + max(a * scale, slope * h)),
                           next_last}
            .output(open + 1e-9 * steps);
    }
};

}  // namespace

TEST_CASE("comparisons: inside a cell, gradients agree with differences and float with double")
{
    gradient_agrees<choosing>();
    float_agrees<choosing>(3e-4);  // a remainder has the absolute error of its larger operand
}

TEST_CASE("comparisons: a comparison that is written twice is one value")
{
    recording r{};
    CHECK((r.h > r.c).id == (r.c < r.h).id);
    CHECK((r.h == r.c).id == (r.c == r.h).id);
    CHECK((r.h < r.c).id != (r.c < r.h).id);
}

}  // namespace comparisons_test
