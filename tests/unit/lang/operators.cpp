#include "unit/lang/recording.hpp"

#include <rondo/lang/operators.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <utility>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

// Shapes that can be combined.
using H = shape<hidden>;
using X = shape<input>;
static_assert(shapes_agree<H, H> && shapes_agree<H, shape<>> && shapes_agree<shape<>, H>);
static_assert(shapes_agree<shape<>, shape<>>);
static_assert(!shapes_agree<H, X>);

// Types say the shape: the wider operand's, or the rows of the matrix.
template <class A, class B>
using sum_of = decltype(std::declval<A>() + std::declval<B>());
static_assert(std::is_same_v<sum_of<vec<hidden>, vec<hidden>>, vec<hidden>>);
static_assert(std::is_same_v<sum_of<vec<hidden>, scalar>, vec<hidden>>);
static_assert(std::is_same_v<sum_of<scalar, vec<hidden>>, vec<hidden>>);
static_assert(std::is_same_v<sum_of<scalar, scalar>, scalar>);
static_assert(std::is_same_v<sum_of<scalar, double>, scalar>);
static_assert(std::is_same_v<sum_of<double, vec<input>>, vec<input>>);
static_assert(std::is_same_v<decltype(std::declval<weight<hidden, input>>() * std::declval<vec<input>>()),
                             vec<hidden>>);
static_assert(
    std::is_same_v<decltype(std::declval<weight<hidden>>() * std::declval<vec<hidden>>()), vec<hidden>>);

// Each operator records the operation of its name, operands in order.
static_assert(holds([](recording& r) { return is(r, r.h + r.c, op::add, r.h, r.c); }));
static_assert(holds([](recording& r) { return is(r, r.h - r.c, op::subtract, r.h, r.c); }));
static_assert(holds([](recording& r) { return is(r, r.h * r.c, op::multiply, r.h, r.c); }));
static_assert(holds([](recording& r) { return is(r, r.h / r.c, op::divide, r.h, r.c); }));
static_assert(holds([](recording& r) { return is(r, r.c - r.h, op::subtract, r.c, r.h); }));
static_assert(holds([](recording& r) { return is(r, -r.h, op::negate, r.h); }));
static_assert(holds([](recording& r) { return is(r, r.W * r.x, op::product, r.W, r.x); }));
static_assert(holds([](recording& r) { return is(r, r.s * r.h, op::multiply, r.s, r.h); }));
static_assert(holds([](recording& r) { return is(r, r.s / r.h, op::divide, r.s, r.h); }));

// Numbers, on either side.
static_assert(holds([](recording& r) { return is(r, r.h + 2, op::add, r.h, 2.0); }));
static_assert(holds([](recording& r) { return is(r, 2 + r.h, op::add, 2.0, r.h); }));
static_assert(holds([](recording& r) { return is(r, r.h - 0.5, op::subtract, r.h, 0.5); }));
static_assert(holds([](recording& r) { return is(r, 1 - r.h, op::subtract, 1.0, r.h); }));
static_assert(holds([](recording& r) { return is(r, r.h * 3.0f, op::multiply, r.h, 3.0); }));
static_assert(holds([](recording& r) { return is(r, 3 * r.s, op::multiply, 3.0, r.s); }));
static_assert(holds([](recording& r) { return is(r, r.h / 4, op::divide, r.h, 4.0); }));
static_assert(holds([](recording& r) { return is(r, 1 / r.h, op::divide, 1.0, r.h); }));

// Shapes in the graph agree with the types.
static_assert(holds([](recording& r) { return r[r.s + r.h].shape == extents{1}; }));
static_assert(holds([](recording& r) { return r[1 - r.h].shape == extents{1}; }));
static_assert(holds([](recording& r) { return r[r.W * r.x].shape == extents{1}; }));
static_assert(holds([](recording& r) { return r[r.s * 2].shape == extents{}; }));

// An equation that is written twice is one value.
static_assert(holds([](recording& r) { return (r.h + r.c).id == (r.c + r.h).id; }));
static_assert(holds([](recording& r) { return (r.W * r.x).id == (r.W * r.x).id; }));
static_assert(holds([](recording& r) { return (r.h - r.c).id != (r.c - r.h).id; }));

// A value that is unknown to tracing is detected at any position.
static_assert(holds([](recording& r) {
    vec<hidden> const unlisted{};
    return !r.record.met_unlisted && (r.h + unlisted).id == r.h.id && r.record.met_unlisted;
}));
static_assert(holds([](recording& r) {
    weight<hidden, input> const unlisted{};
    return (unlisted * r.x).record == &r.record && r.record.met_unlisted;
}));
static_assert((vec<hidden>{} + 1).record == nullptr);

// A value whose dimensions are among those of the other is repeated along the rest, on either side.
static_assert(std::is_same_v<sum_of<mat<hidden, input>, vec<hidden>>, mat<hidden, input>>);
static_assert(std::is_same_v<sum_of<vec<input>, mat<hidden, input>>, mat<hidden, input>>);
static_assert(std::is_same_v<sum_of<scalar, mat<hidden, input>>, mat<hidden, input>>);
static_assert(matrix_holds([](matrix_recording& r) {
    return is(r, r.M + r.h, op::add, r.M, r.h) && is(r, r.x / r.M, op::divide, r.x, r.M) &&
           is(r, r.h * r.M, op::multiply, r.h, r.M) && is(r, r.M * r.M, op::multiply, r.M, r.M) &&
           is(r, r.M * r.s, op::multiply, r.M, r.s) && is(r, r.M * r.S, op::multiply, r.M, r.S) &&
           is(r, r.q - r.S, op::subtract, r.q, r.S) && is(r, 2 * r.S, op::multiply, 2.0, r.S) &&
           r[r.q - r.S].shape == extents{3, 1, 2} && is(r, r.W + r.M, op::add, r.W, r.M);
}));

}  // namespace

TEST_CASE("operators: record equal graphs at run time and at compile time")
{
    recording r{};
    vec<hidden> const n = (1 - r.h) * r.c + r.s * r.h;
    CHECK(r[n].opcode == op::add);
    CHECK(r.record.nodes.size() == 5 + 5);
    CHECK_FALSE(r.record.met_unlisted);
}
