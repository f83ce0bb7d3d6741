#pragma once
/// @file
/// The indices of an entry of a value: how they are counted, and how messages name them.

#include <rondo/error/rejection.hpp>
#include <rondo/locate/recorded_model.hpp>

#include <array>
#include <cstddef>
#include <string>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The number of entries of a value of shape @p shape.
inline std::size_t entries_of(recorded_model const& m, extents shape)
{
    return m.size(shape.dims[0]) * m.size(shape.dims[1]) * m.size(shape.dims[2]);
}

/// The entry of a value of shape @p to whose indices are those of entry @p k of a value of shape @p from. Of
/// dimensions that @p from lacks, the index is 0.
inline std::size_t entry_along(recorded_model const& m, extents from, std::size_t k, extents to)
{
    if (from == to) {
        return k;
    }
    std::array<std::size_t, max_dimensions> index{};
    for (auto d = from.dims.rbegin(); d != from.dims.rend(); ++d) {
        index[static_cast<std::size_t>(*d)] = k % m.size(*d);
        k /= m.size(*d);
    }
    std::size_t entry = 0;
    for (dimension_id const d : to.dims) {
        entry = entry * m.size(d) + index[static_cast<std::size_t>(d)];
    }
    return entry;
}

/// Entries of a value of shape @p shape from one to the next along its dimension @p d.
inline std::size_t entries_below(recorded_model const& m, extents shape, dimension_id d)
{
    std::size_t count = 1;
    for (auto last = shape.dims.rbegin(); *last != d; ++last) {
        count *= m.size(*last);
    }
    return count;
}

/// Calls `f(result, operand, weight)` with the entries of every multiplication of @p n, a product of a weight
/// and a vector, or of a matrix for each head and vectors: those of a result in the order of the operand's.
template <class F>
void for_each_factor(recorded_model const& m, node const& n, F const& f)
{
    extents const matrix = m.step.nodes[static_cast<std::size_t>(n.a)].shape;
    extents const operand = m.step.nodes[static_cast<std::size_t>(n.b)].shape;
    bool const is_transposed = n.opcode == op::transposed_product;
    std::size_t const columns = m.size(matrix.last());
    std::size_t const all_rows = entries_of(m, matrix) / columns;
    std::size_t const rows = matrix.rank() == 3 ? m.size(matrix.dims[1]) : all_rows;
    bool const by_head = is_by_head(matrix, is_transposed ? n.shape : operand);
    for (std::size_t r = 0; r < all_rows; ++r) {
        for (std::size_t k = 0; k < columns; ++k) {
            std::size_t const c = by_head ? r / rows * columns + k : k;
            f(is_transposed ? c : r, is_transposed ? r : c, r * columns + k);
        }
    }
}

/// The indices of entry @p k as messages of results and values have them: `feature 3` of a vector, and of a
/// matrix one for each dimension, `heads 1, rows 2`.
inline std::string feature_text(recorded_model const& m, extents shape, std::size_t k)
{
    if (!shape.is_matrix()) {
        return concat("feature ", k);
    }
    std::string text;
    for (dimension_id const d : shape.dims) {
        if (d != unit) {
            text += concat(text.empty() ? "" : ", ", m.step.shapes->dimensions[static_cast<std::size_t>(d)],
                           " ", k / entries_below(m, shape, d) % m.size(d));
        }
    }
    return text;
}

/// The entry @p k of a parameter: `entry 3`, or `entry (1, 2)` of a matrix.
inline std::string entry_text(recorded_model const& m, extents shape, std::size_t k)
{
    if (!shape.is_matrix()) {
        return concat("entry ", k);
    }
    std::string text;
    for (auto d = shape.dims.rbegin(); d != shape.dims.rend(); ++d) {  // a weight may have one twice
        if (*d != unit) {
            text = concat(k % m.size(*d), text.empty() ? "" : ", ", text);
            k /= m.size(*d);
        }
    }
    return "entry (" + text + ")";
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
