#include "unit/edge_cells.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/min_gru.hpp>
#include <rondo/cell/read_out.hpp>
#include <rondo/cell/sru.hpp>
#include <rondo/pass/recurrence_of.hpp>

#include <doctest/doctest.h>

#include <string_view>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

using kind = recurrence_kind;

static_assert(recurrence_of<elman<>> == kind::dense);
static_assert(recurrence_of<lstm<>> == kind::dense);
static_assert(recurrence_of<gru_reset_after<>> == kind::dense);
static_assert(recurrence_of<min_gru<>> == kind::diagonal_linear);
static_assert(recurrence_of<sru<>> == kind::diagonal_linear);
static_assert(recurrence_of<test::folded> == kind::diagonal);
static_assert(recurrence_of<test::delay_line> == kind::none);

// A read-out is a product, but not on the cycle.
static_assert(recurrence_of<read_out<min_gru<>, output>> == kind::diagonal_linear);

static_assert(recurs_at_most<test::delay_line, kind::none>);
static_assert(recurs_at_most<min_gru<>, kind::diagonal_linear>);
static_assert(recurs_at_most<min_gru<>, kind::dense>);
static_assert(recurs_at_most<test::folded, kind::diagonal>);

/// Layers of three kinds.
struct layers {
    min_gru<hidden, input> first;
    test::folded second;
    elman<hidden, hidden> third;
    RONDO_MEMBERS(first, second, third);

    constexpr auto operator()(vec<input> x, vec<hidden> a, vec<hidden> b, vec<hidden> c) const
    {
        auto [a_next] = first(x, a);
        auto const [b_next, y] = second(x, b);
        auto [c_next] = third(a_next + y, c);
        return next{a_next, b_next, c_next};
    }
};

}  // namespace

namespace {

static_assert(recurrence_of<layers> == kind::dense);
static_assert(recurrence_of_state<layers, 0> == kind::diagonal_linear);
static_assert(recurrence_of_state<layers, 1> == kind::diagonal);
static_assert(recurrence_of_state<layers, 2> == kind::dense);

template <class Cell, std::size_t K>
concept has_state = requires { recurrence_of_state<Cell, K>; };
static_assert(has_state<layers, 2>);
static_assert(!has_state<layers, 3>);

}  // namespace

TEST_CASE("recurrence_of: names the operation that makes the recurrence stronger, with the states around it")
{
    auto const edge = []<class Cell, kind Most>() {
        return std::string(ir_internal::edge_at<Cell>(ir_internal::obstacle_to<Cell, Most>()).view());
    };
    CHECK(edge.operator()<elman<>, kind::none>() == "product with U, between state 1 and the new state 1");
    CHECK(edge.operator()<layers, kind::diagonal>() ==
          "product with third.U, between state 3 and the new state 3");
    CHECK(edge.operator()<layers, kind::diagonal_linear>() == "tanh, between state 2 and the new state 2");
    CHECK(edge.operator()<test::reflecting, kind::diagonal>() ==
          "product with A, between state 1 and the new state 1");
    CHECK(edge.operator()<test::swapping, kind::none>() == "state 1, passed on unchanged");
    CHECK(edge.operator()<test::peephole, kind::diagonal>().find("product with U_i, between state 1") == 0);
}
