#pragma once
/// @file
/// Derives the backward step: reverse mode, from graph to graph.
///
/// Nobody writes a gradient by hand, and nothing is recorded at run time: the chain rule is applied
/// to the nodes once, while compiling.

#include <rondo/pass/adjoint_masks.hpp>
#include <rondo/pass/adjoint_of_operand.hpp>
#include <rondo/pass/common_dimensions.hpp>
#include <rondo/pass/find_active_nodes.hpp>

#include <cstdint>
#include <functional>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// The adjoint of every node, and how to add to it.
struct reverse_sweep {
    program& to;
    node_map<bool> active;  // see find_active_nodes()
    node_map<node_id> adjoint{};
    mask_list masks{};  // of the adjoint of the current node, which are put around its flows

    constexpr node_id constant(double v) { return to.nodes.constant(v); }
    constexpr node_id times(node_id a, node_id b) { return to.nodes.binary(op::multiply, a, b); }
    constexpr node_id minus(node_id a, node_id b) { return to.nodes.binary(op::subtract, a, b); }
    constexpr node_id over(node_id a, node_id b) { return to.nodes.binary(op::divide, a, b); }
    constexpr node_id apply(op code, node_id a) { return to.nodes.unary(code, a); }
    constexpr node_id apply(op code, node_id a, node_id b) { return to.nodes.binary(code, a, b); }
    constexpr node_id choose(node_id condition, node_id a, node_id b)
    {
        return to.nodes.ternary(op::select, condition, a, b);
    }

    /// Adds @p g to the adjoint of @p i; to that of a value that was repeated along further dimensions, the
    /// sum of @p g over these.
    constexpr void flow(node_id i, node_id g)
    {
        if (!active[i]) {
            return;
        }
        extents const shape = to.nodes[i].shape;
        // Outside of the sum where they can be, so that a choice stops all of what it does not choose.
        bool const sums = !shape.contains(to.nodes[g].shape);
        auto const outside = [&](extents condition) {
            return condition.is_scalar() || (sums && shape.contains(condition));
        };
        g = within(to.nodes, masks, g, [&](extents condition) { return !outside(condition); });
        if (!shape.contains(to.nodes[g].shape)) {
            g = sum_to(g, shape);
        }
        g = within(to.nodes, masks, to.nodes.broadcast(g, shape), outside);
        node_id& sum = adjoint[i];
        sum = sum == no_node ? g : add_masked(to.nodes, sum, g);
    }

    /// The sum of @p g over the dimensions that @p shape lacks, along those of @p shape that it has.
    constexpr node_id sum_to(node_id g, extents shape)
    {
        node_id const sum = to.nodes.sum(g, common_dimensions(to.nodes[g].shape, shape));
        return in_order(to.nodes, sum, shape);
    }

    /// Adds @p g to the adjoint of @p i in the mask @p mask.
    constexpr void flow_within(node_id i, node_id mask, node_id g)
    {
        mask_list const outer = masks;
        masks.push_back(mask);
        flow(i, g);
        masks = outer;
    }

    constexpr void elementwise(node_id y, node_id g)
    {
        masks = take_masks(to.nodes, g);
        if (to.nodes[y].shape.is_matrix()) {
            g = to.nodes.broadcast(g,
                                   to.nodes[y].shape);  // a mask can have more dimensions than what is in it
        }
        if (is_unary(to.nodes[y].opcode)) {
            node_id const flowing = adjoint_of_operand(to.nodes, y, g);
            if (flowing != no_node) {
                flow(to.nodes[y].a, flowing);
            }
        } else {
            of_several(y, g);
        }
    }
    constexpr void of_several(node_id y, node_id g)
    {
        node const n = to.nodes[y];
        switch (n.opcode) {
            case op::add:
                flow(n.a, g);
                flow(n.b, g);
                break;
            case op::subtract:
                flow(n.a, g);
                flow(n.b, apply(op::negate, g));
                break;
            case op::multiply:
                flow(n.a, times(g, n.b));
                flow(n.b, times(g, n.a));
                break;
            case op::divide: {
                node_id const part = over(g, n.b);
                flow(n.a, part);
                flow(n.b, apply(op::negate, times(part, y)));
                break;
            }
            case op::with_gradient: flow(n.b, g); break;
            case op::clip_gradient:
                flow(n.a, apply(op::minimum, apply(op::maximum, g, apply(op::negate, n.b)), n.b));
                break;
            case op::minimum:
                flow(n.a, times(g, apply(op::above, n.b, n.a)));
                flow(n.b, times(g, apply(op::above, n.a, n.b)));
                break;
            case op::maximum:
                flow(n.a, times(g, apply(op::above, n.a, n.b)));
                flow(n.b, times(g, apply(op::above, n.b, n.a)));
                break;
            case op::fmod:
                flow(n.a, g);
                flow(n.b, times(g, over(minus(y, n.a), n.b)));  // minus the quotient, an integer
                break;
            case op::pow: power(y, g); break;
            case op::select:
                flow_within(n.b, choose(n.a, g, constant(0)), g);
                flow_within(n.c, choose(n.a, constant(0), g), g);
                break;
            default: break;  // piecewise constant
        }
    }

    /// Of a constant exponent no logarithm is computed. Where the power is zero, so is its derivative with
    /// respect to the exponent, although the logarithm of zero is infinite.
    constexpr void power(node_id y, node_id g)
    {
        node const n = to.nodes[y];
        if (active[n.a]) {
            node_id const lower = minus(n.b, constant(1));
            flow(n.a, times(g, times(n.b, apply(op::pow, n.a, lower))));
        }
        if (active[n.b]) {
            node_id const zero = constant(0);
            node_id const is_zero = apply(op::equal, y, zero);
            node_id const slope = times(y, apply(op::log, n.a));
            flow(n.b, times(g, choose(is_zero, zero, slope)));
        }
    }

    constexpr void across(node_id y, node_id g)
    {
        node const n = to.nodes[y];
        masks.clear();
        if (n.opcode == op::product) {
            flow(n.b, to.nodes.transposed_product(n.a, g, to.nodes[n.b].shape));
            gradient(n.a, to.nodes.outer(g, n.b, to.nodes[n.a].shape));
        } else if (n.opcode == op::transposed_product) {
            flow(n.b, to.nodes.product(n.a, g));
            gradient(n.a, to.nodes.outer(n.b, g, to.nodes[n.a].shape));
        } else if (is_running_sum(n.opcode)) {
            op const from_the_other_end =
                n.opcode == op::running_sum ? op::running_sum_back : op::running_sum;
            flow(n.a, to.nodes.running_sum(from_the_other_end, g, static_cast<dimension_id>(n.index)));
        } else if (n.opcode == op::sum) {
            masks = take_masks(to.nodes, g);
            flow(n.a, to.nodes.broadcast(g, to.nodes[n.a].shape));
        } else if (n.opcode == op::largest) {
            // Evenly to all entries that attain it. If it is NaN there is none, and the derivative is NaN.
            masks = take_masks(to.nodes, g);
            node_id const attains = apply(op::equal, n.a, y);
            node_id const count = to.nodes.sum(attains, n.shape);
            flow(n.a, times(attains, over(g, count)));
        } else if (n.opcode == op::transpose) {
            flow(n.a, to.nodes.transpose(g, to.nodes[n.a].shape));
        } else if (n.opcode == op::rename) {
            flow(n.a, to.nodes.rename(g, to.nodes[n.a].shape));
        } else if (moves_entries(n.opcode)) {
            moved(n, g);
        }
    }

    /// A join and its parts are the adjoints of each other.
    constexpr void moved(node const& n, node_id g)
    {
        dimension_id const whole = to.nodes[n.a].shape.rows();
        auto const rest = static_cast<dimension_id>(n.index);
        if (n.opcode == op::join) {
            dimension_id const last = to.nodes[n.b].shape.rows();
            flow(n.a, to.nodes.first_piece(g, whole, last));
            flow(n.b, to.nodes.last_piece(g, last, whole));
        } else {
            node_id const zeros = to.nodes.broadcast(constant(0), {rest});
            flow(n.a, n.opcode == op::first_piece ? to.nodes.join(g, zeros, whole)
                                                  : to.nodes.join(zeros, g, whole));
        }
    }

    constexpr void gradient(node_id parameter, node_id value)
    {
        if (!active[parameter]) {
            return;
        }
        to.results.push_back({role::parameter_gradient, to.nodes[parameter].index, value});
    }
};

}  // namespace detail

/// The backward step of @p forward, in one graph together with the forward step.
///
/// It carries the adjoints of the states: it reads the loss's derivative with respect to
/// the new states (`state_adjoint`) and to the outputs (`output_adjoint`) and carries the derivative with
/// respect to the old states to the previous step. Its results are the derivatives with respect to the inputs
/// and, for every parameter that the step uses and that is not one of the @p constants, one or more parts of
/// its gradient.
///
/// Afterwards: for any inner product with directions of input, states and parameters, the
/// adjoints in the results equal the directional derivative of the forward step, unless that has an operation
/// that controls the gradient.
constexpr program differentiate(program const& forward, parameter_flags const& constants = {})
{
    program backward{};
    backward.nodes = forward.nodes;
    detail::reverse_sweep sweep{.to = backward,
                                .active = find_active_nodes(forward, constants),
                                .adjoint = {forward.nodes.size(), no_node}};

    node_id const forward_size = forward.nodes.size();
    for (program_result const& r : forward.results) {
        extents const shape = forward.nodes[r.value].shape;
        sweep.flow(r.value, backward.nodes.leaf(op::output_adjoint, r.index, shape));
    }
    static_vector<node_id, max_states> incoming{};
    for (std::size_t k = 0; k < forward.states.size(); ++k) {
        extents const shape = forward.nodes[forward.states[k].from].shape;
        incoming.push_back(backward.nodes.leaf(op::state_adjoint, static_cast<int>(k), shape));
        sweep.flow(forward.states[k].to, incoming.back());
    }

    for (node_id i = forward_size; i-- > 0;) {
        node_id const g = sweep.adjoint[i];
        op const code = forward.nodes[i].opcode;
        if (g == no_node || is_leaf(code)) {
            continue;
        }
        if (is_elementwise(code)) {
            sweep.elementwise(i, g);
        } else {
            sweep.across(i, g);
        }
    }

    // A leaf that the step does not use has a zero adjoint of its shape.
    auto const of_leaf = [&](node_id i) {
        node_id const g = sweep.adjoint[i];
        return g != no_node ? g
                            : backward.nodes.broadcast(backward.nodes.constant(0), backward.nodes[i].shape);
    };
    for (std::size_t k = 0; k < forward.states.size(); ++k) {
        backward.states.push_back({incoming[k], of_leaf(forward.states[k].from), forward.states[k].delay});
    }
    for (node_id i = 0; i < forward_size; ++i) {
        node const n = forward.nodes[i];
        node_id const g = sweep.adjoint[i];
        if (n.opcode == op::input) {
            backward.results.push_back({role::input_gradient, n.index, of_leaf(i)});
        } else if (n.opcode == op::parameter && g != no_node) {
            sweep.gradient(i, g);
        } else if (n.opcode == op::per_sequence && g != no_node) {
            backward.results.push_back({role::per_sequence_gradient, n.index, g});
        }
    }
    return backward;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
