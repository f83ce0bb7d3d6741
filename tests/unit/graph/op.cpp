#include <rondo/graph/op.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <set>
#include <string_view>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

constexpr op last = op::outer;

/// Whether @p holds is true of every operation.
template <class F>
constexpr bool of_all(F holds)
{
    for (int i = 0; i <= static_cast<int>(last); ++i) {
        if (!holds(static_cast<op>(i))) {
            return false;
        }
    }
    return true;
}

// Every operation is of one kind, which determines the number of operands.
static_assert(of_all([](op o) {
    bool const across = is_product(o) || is_row_operation(o) || rearranges(o) || o == op::outer;
    return is_leaf(o) + is_unary(o) + is_binary(o) + is_ternary(o) + across == 1;
}));
static_assert(of_all([](op o) {
    int const operands = is_leaf(o)                                            ? 0
                         : is_unary(o) || is_row_operation(o) || rearranges(o) ? 1
                         : is_ternary(o)                                       ? 3
                                                                               : 2;
    return arity(o) == operands;
}));
static_assert(of_all([](op o) {
    return is_elementwise(o) == (is_unary(o) || is_binary(o) || is_ternary(o));
}));
static_assert(of_all([](op o) { return !is_commutative(o) || is_binary(o); }));
static_assert(of_all([](op o) { return !is_comparison(o) || (is_binary(o) && is_piecewise_constant(o)); }));
static_assert(of_all([](op o) { return !is_piecewise_constant(o) || is_elementwise(o); }));
static_assert(of_all([](op o) { return !name_of(o).empty(); }));

static_assert(name_of(op::input) == "input");
static_assert(name_of(op::negate) == "negate");
static_assert(name_of(op::divide) == "divide");
static_assert(name_of(op::rsqrt) == "rsqrt");
static_assert(name_of(op::fmod) == "fmod");
static_assert(name_of(op::select) == "select");
static_assert(name_of(op::outer) == "outer");
static_assert(is_commutative(op::add) && is_commutative(op::multiply));
static_assert(!is_commutative(op::subtract) && !is_commutative(op::divide));

// choose_saved_values() compares costs: leaves are free, functions cost more than arithmetic.
static_assert(of_all([](op o) {
    return (cost_of(o) == 0) == (is_leaf(o) || o == op::broadcast || rearranges(o) || controls_gradient(o));
}));
static_assert(cost_of(op::tanh) > cost_of(op::divide));
static_assert(cost_of(op::divide) > cost_of(op::multiply));

}  // namespace

TEST_CASE("op: all names are different")
{
    std::set<std::string_view> names;
    of_all([&](op o) { return names.insert(name_of(o)).second; });
    CHECK(names.size() == static_cast<std::size_t>(last) + 1);
}
