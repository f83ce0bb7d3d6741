#include <rondo/pass/adjoint_masks.hpp>

#include <doctest/doctest.h>

namespace adjoint_masks_test {

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

/// Two conditions, two adjoints, and zero.
struct masked {
    graph g{};
    node_id c = g.leaf(op::state, 0, {1});
    node_id d = g.leaf(op::state, 1, {1});
    node_id one = g.leaf(op::state_adjoint, 0, {1});
    node_id other = g.leaf(op::state_adjoint, 1, {1});
    node_id zero = g.constant(0);

    constexpr node_id where(node_id condition, node_id a, node_id b)
    {
        return g.ternary(op::select, condition, a, b);
    }
};

bool is_scalar(extents condition) { return condition.is_scalar(); }
bool is_vector(extents condition) { return !condition.is_scalar(); }

template <class F>
constexpr bool holds(F f)
{
    masked m{};
    return f(m);
}

static_assert(holds([](masked& m) { return is_masked(m.g, m.where(m.c, m.one, m.zero)); }));
static_assert(holds([](masked& m) { return is_masked(m.g, m.where(m.c, m.zero, m.one)); }));
static_assert(holds([](masked& m) { return !is_masked(m.g, m.where(m.c, m.one, m.other)); }));
static_assert(holds([](masked& m) { return !is_masked(m.g, m.one); }));

}  // namespace

TEST_CASE("adjoint_masks: an adjoint is taken out of all its masks and put back")
{
    masked m{};
    node_id const whole = m.where(m.c, m.where(m.d, m.zero, m.one), m.zero);
    node_id adjoint = whole;
    mask_list const masks = take_masks(m.g, adjoint);
    CHECK(adjoint == m.one);
    CHECK(masks.size() == 2);
    CHECK(within(m.g, masks, m.one, is_vector) == whole);
    CHECK(within(m.g, masks, m.one, is_scalar) == m.one);
    node_id const negated = within(m.g, masks, m.g.unary(op::negate, m.one), is_vector);
    CHECK(negated == m.where(m.c, m.where(m.d, m.zero, m.g.unary(op::negate, m.one)), m.zero));
}

TEST_CASE("adjoint_masks: masks whose condition is a scalar are put around last")
{
    masked m{};
    node_id const s = m.g.leaf(op::state, 2, {});
    node_id adjoint = m.where(m.c, m.where(s, m.one, m.zero), m.zero);
    mask_list const masks = take_masks(m.g, adjoint);
    node_id const inner = within(m.g, masks, adjoint, is_vector);
    CHECK(inner == m.where(m.c, m.one, m.zero));
    CHECK(within(m.g, masks, inner, is_scalar) == m.where(s, inner, m.zero));
}

TEST_CASE("adjoint_masks: a sum stays in a mask that both terms have")
{
    masked m{};
    node_id const sum = m.g.binary(op::add, m.one, m.other);
    CHECK(add_masked(m.g, m.where(m.c, m.one, m.zero), m.where(m.c, m.other, m.zero)) ==
          m.where(m.c, sum, m.zero));
    CHECK(add_masked(m.g, m.where(m.c, m.zero, m.one), m.where(m.c, m.zero, m.other)) ==
          m.where(m.c, m.zero, sum));
    CHECK(m.g[add_masked(m.g, m.where(m.c, m.zero, m.one), m.where(m.c, m.other, m.zero))].opcode == op::add);
    CHECK(m.g[add_masked(m.g, m.where(m.d, m.one, m.zero), m.where(m.c, m.other, m.zero))].opcode == op::add);
    CHECK(add_masked(m.g, m.one, m.other) == sum);
}

}  // namespace adjoint_masks_test
