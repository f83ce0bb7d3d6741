#include "unit/interpreter.hpp"

#include <rondo/pass/adjoint_of_operand.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>

namespace adjoint_of_operand_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// A function of the input, and the adjoint of the input if its own is two.
struct differentiated {
    graph nodes{};
    node_id x = nodes.leaf(op::input, 0, {});
    node_id y;
    node_id adjoint;

    explicit differentiated(op code)
        : y(nodes.unary(code, x)), adjoint(adjoint_of_operand(nodes, y, nodes.constant(2)))
    {
    }
    [[nodiscard]] double value_of(node_id i, double at) const
    {
        leaf_values leaves{};
        leaves.inputs = {{at}};
        return evaluate(nodes, sizes_of({}), leaves)[static_cast<std::size_t>(i)][0];
    }
};

}  // namespace

TEST_CASE("adjoint_of_operand: agrees with differences for every function of one operand")
{
    for (op code = op::negate; code < op::add; code = static_cast<op>(static_cast<int>(code) + 1)) {
        INFO(name_of(code));
        if (code == op::broadcast) {
            continue;
        }
        differentiated const d(code);
        for (double const at : {0.125, 0.7, 1.3, 3.75}) {
            CAPTURE(at);
            double const step = 1e-5;
            double const difference = (d.value_of(d.y, at + step) - d.value_of(d.y, at - step)) / step;
            double const found = d.adjoint == no_node ? 0 : d.value_of(d.adjoint, at);
            CHECK(found == doctest::Approx(difference).epsilon(1e-6));
        }
    }
}

TEST_CASE("adjoint_of_operand: only step functions have none")
{
    for (op code = op::negate; code < op::add; code = static_cast<op>(static_cast<int>(code) + 1)) {
        INFO(name_of(code));
        if (code != op::broadcast) {
            CHECK((differentiated(code).adjoint == no_node) == is_piecewise_constant(code));
        }
    }
}

TEST_CASE("adjoint_of_operand: finite where the function is flat, or its parts would overflow")
{
    CHECK(differentiated(op::softplus).value_of(differentiated(op::softplus).adjoint, 1000) == 2);
    CHECK(differentiated(op::softplus).value_of(differentiated(op::softplus).adjoint, -1000) == 0);
    CHECK(differentiated(op::erf).value_of(differentiated(op::erf).adjoint, 1e200) == 0);
    CHECK(differentiated(op::expm1).value_of(differentiated(op::expm1).adjoint, -1000) == 0);
}

}  // namespace adjoint_of_operand_test
