#pragma once
/// @file
/// Counts the floating-point operations of a program.
///
/// Utilisation of a machine is measured against a known number of operations, and a time budget for a
/// step needs that number before the step runs.

#include <rondo/graph/program.hpp>

#include <cstdint>

namespace rondo::inline RONDO_ISA {

/// Floating-point operations of one step of one sequence.
struct operation_count {
    /// In products of a matrix with a vector and in outer products: a multiplication and an addition
    /// for every entry of the matrix.
    std::int64_t products = 0;
    /// In all other work: one for every entry of every operation, whether a sum or a hyperbolic
    /// tangent. A contraction of a matrix that changes is a multiplication and an addition for each of its
    /// entries. Repeating a value and exchanging dimensions count as none.
    std::int64_t elementwise = 0;

    /// All of them.
    [[nodiscard]] constexpr std::int64_t total() const noexcept { return products + elementwise; }
    friend constexpr bool operator==(operation_count, operation_count) = default;
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::ir_internal {

/// The operations of node @p n itself. An outer product is counted where it is added to a gradient.
template <class Sizes>
constexpr operation_count operations_of(graph const& g, node const& n, Sizes const& size)
{
    auto const entries = [&](extents e) { return entries_of(size, e); };
    if (is_product(n.opcode) && g[n.b].opcode == op::symbol) {
        return {};
    }
    if (is_product(n.opcode)) {
        return {.products = 2 * entries(g[n.a].shape)};
    }
    if (is_row_operation(n.opcode)) {
        return {.elementwise = entries(g[n.a].shape)};
    }
    bool const is_work = is_elementwise(n.opcode) && n.opcode != op::broadcast;
    return {.elementwise = is_work ? entries(n.shape) : 0};
}

/// Counts the operations of a step of @p p, one of each distinct operation of its graph; @p size gives
/// the size of a dimension by its number. Gradients of parameters are added up over the steps, and that
/// addition counts.
///
/// Additional work of kernels is not counted: padding of vectors, and cheap values that are inlined into
/// several stages.
template <class Sizes>
constexpr operation_count count_operations(program const& p, Sizes const& size)
{
    operation_count sum{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        operation_count const one = operations_of(p.nodes, p.nodes[i], size);
        sum.products += one.products;
        sum.elementwise += one.elementwise;
    }
    for (program_result const& y : p.results) {
        if (is_added_up(y.what)) {
            node const& n = p.nodes[y.value];
            std::int64_t const entries = entries_of(size, n.shape);
            if (n.opcode == op::outer &&
                (p.nodes[n.a].opcode == op::symbol || p.nodes[n.b].opcode == op::symbol)) {
                sum.elementwise +=
                    entries / size[p.nodes[p.nodes[n.a].opcode == op::symbol ? n.a : n.b].shape.rows()];
            } else if (n.opcode == op::outer) {
                sum.products += 2 * entries;
            } else {
                sum.elementwise += entries;
            }
        }
    }
    return sum;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
