#pragma once
/// @file
/// Erases the operations that control gradients, once the gradient is derived.
///
/// with_gradient(value, like) matters while a step is differentiated and at no other time: its value is that
/// of its first operand. Erased, it costs nothing, it hides no sum from the passes that fuse, and a
/// recurrence is classified by the values alone.

#include <rondo/pass/simplify.hpp>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Whether @p p has an operation that controls the gradient.
constexpr bool has_gradient_controls(program const& p)
{
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (controls_gradient(p.nodes[i].opcode)) {
            return true;
        }
    }
    return false;
}

/// Returns @p p with the value of every operation that controls the gradient in its place. Nodes that nothing
/// needs any more stay.
///
/// Afterwards: no operation controls the gradient, and all values are those of @p p. A program that begins
/// with the nodes of another gives a result that begins with the result of the other: a forward step and the
/// program that differentiate() makes from it still share their numbers.
constexpr program erase_gradient_controls(program const& p)
{
    rewriter to(p);
    detail::simplifier simplified(to.nodes());
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const n = to.rebuilt(i);
        to.replace(i, controls_gradient(n.opcode) ? to.nodes().broadcast(n.a, n.shape) : simplified.add(n));
    }
    return to.finish();
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
