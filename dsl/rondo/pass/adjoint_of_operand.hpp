#pragma once
/// @file
/// The chain rule for functions of one operand.
///
/// A derivative that is cheaper in terms of the output (y(1-y) for the logistic function, 1-y² for tanh) is
/// computed from the output, so pre-activations need not be saved.

#include <rondo/graph/program.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// Adds derivatives to a graph. A derivative with two new operands makes them in statements of their own,
/// because compilers evaluate arguments in different orders: one numbering everywhere.
struct unary_rules {
    graph& to;

    constexpr node_id constant(double v) { return to.constant(v); }
    constexpr node_id times(node_id a, node_id b) { return to.binary(op::multiply, a, b); }
    constexpr node_id over(node_id a, node_id b) { return to.binary(op::divide, a, b); }
    constexpr node_id one_minus(node_id a)
    {
        node_id const one = constant(1);
        return to.binary(op::subtract, one, a);
    }
    constexpr node_id one_plus(node_id a) { return to.binary(op::add, a, constant(1)); }
    constexpr node_id apply(op code, node_id a) { return to.unary(code, a); }

    /// Functions that have kernels of their own.
    constexpr node_id transcendental(node const& n, node_id y, node_id g)
    {
        switch (n.opcode) {
            case op::sin: return times(g, apply(op::cos, n.a));
            case op::cos: return apply(op::negate, times(g, apply(op::sin, n.a)));
            case op::tan: return times(g, one_plus(apply(op::square, y)));
            case op::expm1: return times(g, one_plus(y));
            case op::log1p: return over(g, one_plus(n.a));
            case op::softplus: return times(g, apply(op::sigmoid, n.a));
            case op::erf: {
                node_id const slope = apply(op::exp, apply(op::negate, apply(op::square, n.a)));
                return times(g, times(constant(1.1283791670955126), slope));  // 2 / √π
            }
            default: return no_node;  // piecewise constant
        }
    }
    constexpr node_id function(node_id y, node_id g)
    {
        node const n = to[y];
        switch (n.opcode) {
            case op::negate: return apply(op::negate, g);
            case op::sigmoid: return times(g, times(y, one_minus(y)));
            case op::tanh: {
                node_id const one = constant(1);
                return times(g, to.binary(op::subtract, one, apply(op::square, y)));
            }
            case op::exp: return times(g, y);
            case op::log: return over(g, n.a);
            case op::sqrt: return over(times(constant(0.5), g), y);
            case op::relu: return times(g, apply(op::positive, y));
            case op::square: return times(g, times(constant(2), n.a));
            case op::abs: return times(g, apply(op::sign, n.a));
            case op::broadcast: return g;
            case op::rsqrt: {
                node_id const cube = times(y, apply(op::square, y));
                return times(g, times(constant(-0.5), cube));
            }
            default: return transcendental(n, y, g);
        }
    }
};

}  // namespace detail

/// The adjoint of the operand of node @p y, a function of one operand whose adjoint is @p g: g times the
/// derivative. no_node where the derivative is zero.
constexpr node_id adjoint_of_operand(graph& to, node_id y, node_id g)
{
    return detail::unary_rules{to}.function(y, g);
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
