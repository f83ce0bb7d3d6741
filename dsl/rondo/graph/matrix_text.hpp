#pragma once
/// @file
/// Products of matrices as they were written.
///
/// A graph multiplies entry by entry and adds up. A drawing shows `C * q` and `outer(v, k)`, as long as the
/// values between have no names of their own.

#include <rondo/graph/name_values.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A product that a node stands for, with the values between it and its factors.
enum class matrix_product : std::uint8_t {
    none,         ///< none of the others
    contraction,  ///< a * b, the sum over the last dimension of a
    transposed,   ///< transpose(a) * b
    outer,        ///< outer(a, b)
};

/// A product and its factors.
struct matrix_term {
    matrix_product what = matrix_product::none;  ///< the product
    node_id left = no_node;                      ///< the first factor
    node_id right = no_node;                     ///< the second factor
};

namespace detail {

/// The value that node @p i repeats in the line that writes it out; itself if it repeats nothing.
inline node_id repeated_value(program const& p, value_names const& values, node_id i)
{
    return p.nodes[i].opcode == op::broadcast && values[i].empty() ? p.nodes[i].a : i;
}
/// @p s with its last two dimensions exchanged.
inline extents exchanged_extents(extents s)
{
    auto const last = static_cast<std::size_t>(s.rank()) - 1;
    std::swap(s.dims[last - 1], s.dims[last]);
    return s;
}
/// The dimensions of @p a, then those of @p b that it has not, without @p over.
inline extents without_summed(extents a, extents b, dimension_id over)
{
    extents result = a.without(over);
    for (dimension_id const d : b.dims) {
        result = d == unit || d == over ? result : result.with(d);
    }
    return result;
}
/// Whether `a * b` of values of these shapes is a sum over @p over with the shape @p result.
inline bool is_contraction(extents a, extents b, dimension_id over, extents result)
{
    return a.is_matrix() && a.last() == over && b.has(over) && !b.contains(a) &&
           without_summed(a, b, over) == result;
}

}  // namespace detail

/// The product that node @p i stands for.
inline matrix_term matrix_term_of(program const& p, value_names const& values, node_id i)
{
    node const& n = p.nodes[i];
    bool const sums = n.opcode == op::sum && p.nodes[n.a].opcode == op::multiply && values[n.a].empty();
    node const& products = sums ? p.nodes[n.a] : n;
    if (products.opcode != op::multiply || !products.shape.is_matrix()) {
        return {};
    }
    node_id const one = detail::repeated_value(p, values, products.a);
    node_id const other = detail::repeated_value(p, values, products.b);
    extents const whole = products.shape;
    for (auto const& [a, b] : {std::pair{one, other}, std::pair{other, one}}) {
        extents const left = p.nodes[a].shape;
        extents const right = p.nodes[b].shape;
        if (!sums) {
            bool const fits = !left.contains(right) && !right.contains(left) &&
                              detail::without_summed(left, right, unit) == whole;
            if (fits) {
                return {matrix_product::outer, a, b};
            }
            continue;
        }
        dimension_id over = unit;
        for (dimension_id const d : whole.dims) {
            over = d != unit && !n.shape.has(d) ? d : over;
        }
        if (n.shape.rank() + 1 != whole.rank()) {
            continue;
        }
        if (detail::is_contraction(left, right, over, n.shape)) {
            return {matrix_product::contraction, a, b};
        }
        if (left.is_matrix() &&
            detail::is_contraction(detail::exchanged_extents(left), right, over, n.shape)) {
            return {matrix_product::transposed, a, b};
        }
    }
    return {};
}

/// The dimensions that node @p i, a reduction or a running sum of a matrix, is along: `keys`, or `rows,
/// keys`. Empty for those of a vector.
inline std::string along_text(program const& p, leaf_names const& names, node_id i)
{
    node const& n = p.nodes[i];
    std::string out{};
    extents const from = p.nodes[n.a].shape;
    for (dimension_id const d : from.dims) {
        bool const is_along = is_running_sum(n.opcode) ? n.index == d : !n.shape.has(d);
        if (from.is_matrix() && d != unit && is_along) {
            out += (out.empty() ? "" : ", ") + names.dimension(static_cast<std::size_t>(d));
        }
    }
    return out;
}

/// The dimensions of node @p i: `rows, keys`.
inline std::string dimensions_text(program const& p, leaf_names const& names, node_id i)
{
    std::string out{};
    for (dimension_id const d : p.nodes[i].shape.dims) {
        out += d == unit ? "" : (out.empty() ? "" : ", ") + names.dimension(static_cast<std::size_t>(d));
    }
    return out;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
