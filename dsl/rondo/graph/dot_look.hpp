#pragma once
/// @file
/// The look of each operation in a Graphviz drawing.

#include <rondo/graph/op.hpp>

#include <string>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The label of an operation's node.
inline std::string dot_label(op code)
{
    switch (code) {
        case op::negate: return "−";
        case op::sigmoid: return "σ";
        case op::square: return "( )²";
        case op::abs: return "| |";
        case op::positive: return "> 0";
        case op::broadcast: return "repeat";
        case op::add: return "+";
        case op::subtract: return "−";
        case op::multiply: return "⊙";
        case op::divide: return "÷";
        case op::above: return "above";
        case op::less: return "<";
        case op::less_equal: return "≤";
        case op::equal: return "=";
        case op::not_equal: return "≠";
        case op::floor: return "⌊ ⌋";
        case op::product: return "M v";
        case op::transposed_product: return "Mᵀ v";
        case op::sum: return "Σ";
        case op::largest: return "max v";
        case op::outer: return "a bᵀ";
        case op::transpose: return "Mᵀ";
        default: return std::string(word_of(code));
    }
}

/// The attributes of an operation's node: shape, style and colour.
inline std::string dot_look(op code)
{
    switch (code) {
        case op::parameter: return "shape=box, style=\"rounded,filled\", fillcolor=\"#eeeeee\"";
        case op::state:
        case op::state_adjoint: return "shape=box, style=filled, fillcolor=\"#cfe2ff\"";
        case op::new_state:
        case op::saved: return "shape=box, style=\"dashed,filled\", fillcolor=\"#f4f4f4\"";
        case op::per_sequence:
        case op::input:
        case op::output_adjoint: return "shape=box, style=filled, fillcolor=\"#d9f2d9\"";
        case op::extent: return "shape=plaintext";
        case op::product:
        case op::transposed_product:
        case op::outer: return "style=filled, fillcolor=\"#ffd9a0\"";
        default: return "style=filled, fillcolor=\"white\"";
    }
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
