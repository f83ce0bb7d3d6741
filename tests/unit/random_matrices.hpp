#pragma once
/// @file
/// Random operations on values of up to three dimensions, which stay within bounds.

#include "random_values.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace rondo::test {

using namespace check_internal;

/// A graph of matrices that grows at random.
class random_matrices : public random_values {
   public:
    using random_values::random_values;

    /// Adds some operations on visible nodes, about half of them such as only matrices have.
    void add_matrix_work(std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i) {
            if (random_.chance(0.5)) {
                add_one();
            } else {
                add_of_matrices();
            }
        }
    }
    /// Two or three different dimensions, in any order.
    extents random_matrix_shape()
    {
        extents shape = random_vector_shape();
        std::size_t const rank = std::min<std::size_t>(random_.chance(0.3) ? 3 : 2, dimensions_);
        while (static_cast<std::size_t>(shape.rank()) < rank) {
            dimension_id const d = random_vector_shape().rows();
            if (!shape.has(d)) {
                shape = followed_by(shape, d);
            }
        }
        return shape;
    }
    /// Makes parameter @p index, a matrix, visible, so that it is used entry by entry, unless two of its
    /// dimensions are one.
    void add_entries(std::size_t index, extents shape, interval within)
    {
        auto const [first, second, third] = shape.dims;
        if (first != second && second != third && first != third) {
            see(g_.leaf(op::parameter, static_cast<int>(index), shape), within);
        }
    }

   private:
    static extents followed_by(extents shape, dimension_id d)
    {
        shape.dims[static_cast<std::size_t>(shape.rank())] = d;
        return shape;
    }
    /// The dimensions of @p a, then those of @p b that it lacks; none if they are more than three.
    static extents joined_shape_of(extents a, extents b)
    {
        for (dimension_id const d : b.dims) {
            if (d == unit || a.has(d)) {
                continue;
            }
            if (a.rank() == max_rank) {
                return {};
            }
            a = followed_by(a, d);
        }
        return a;
    }
    node_id choose_matrix()
    {
        return choose([&](node_id i) { return shape_of(i).is_matrix(); });
    }

    void add_of_matrices()
    {
        switch (random_.below(10)) {
            case 0:
            case 1: add_outer(); break;
            case 2: add_repeated(); break;
            case 3:
            case 4: add_contraction(); break;
            case 5: random_.chance(0.6) ? add_transposed() : add_renamed(); break;
            case 6:
                if (node_id const m = choose_matrix(); m != no_node) {
                    extents const to = rest_of(shape_of(m));
                    double const n = static_cast<double>(size_.entries(shape_of(m)) / size_.entries(to));
                    add_reduction(m, to, n);
                }
                break;
            case 7:
            case 8: add_product_by_head(); break;
            default:
                if (node_id const m = choose_matrix(); m != no_node) {
                    node_id const b = choose([&](node_id i) { return meet(i, m); });
                    bound(g_.binary(op::multiply, m, b), hull(at(m), at(b)));
                }
                break;
        }
    }
    /// The product of two values that have no dimension in common, for all pairs of entries.
    void add_outer()
    {
        node_id const a = choose_vector();
        node_id const b = a == no_node ? no_node : choose([&](node_id i) {
            extents const together = joined_shape_of(shape_of(a), shape_of(i));
            return !shape_of(i).is_scalar() && together.rank() == shape_of(a).rank() + shape_of(i).rank();
        });
        if (b != no_node) {
            extents const shape = joined_shape_of(shape_of(a), shape_of(b));
            bound(g_.binary(op::multiply, g_.broadcast(a, shape), g_.broadcast(b, shape)),
                  hull(at(a), at(b)));
        }
    }
    /// A product with a matrix for each head: of a vector for each head, or of one for all heads, or,
    /// transposed, the sum over all heads.
    void add_product_by_head()
    {
        if (matrices_of_heads_.empty()) {
            return;
        }
        node_id const m = matrices_of_heads_[random_.below(matrices_of_heads_.size())];
        auto const [heads, rows, columns] = shape_of(m).dims;
        bool const transposed = random_.chance(0.3);
        bool const sums = random_.chance(0.3);
        extents const along = transposed ? extents{heads, rows}
                              : sums     ? extents{columns}
                                         : extents{heads, columns};
        node_id const v =
            choose([&](node_id i) { return shape_of(i) == along && g_[i].opcode != op::symbol; });
        if (v == no_node || (transposed && !sums && heads == columns)) {
            return;
        }
        extents const to = transposed && sums ? extents{columns} : extents{heads, columns};
        double const terms =
            static_cast<double>(transposed ? size_[rows] * (sums ? size_[heads] : 1) : size_[columns]);
        double const largest = 0.7 * terms * at(v).magnitude();
        bound(transposed ? g_.transposed_product(m, v, to) : g_.product(m, v), {-largest, largest});
    }
    /// A value along further dimensions.
    void add_repeated()
    {
        extents const shape = random_matrix_shape();
        node_id const a =
            choose([&](node_id i) { return common_dimensions(shape, shape_of(i)) == shape_of(i); });
        if (a != no_node) {
            see(g_.broadcast(a, shape), at(a));
        }
    }
    /// A sum of products over the last dimension of a matrix, as the language records it: of the matrix, or
    /// of what it is transposed from, as dimensions meet by name.
    void add_contraction()
    {
        node_id const m = choose_matrix();
        if (m == no_node) {
            return;
        }
        dimension_id const along = shape_of(m).last();
        node_id const v = choose([&](node_id i) {
            return shape_of(i).has(along) && !joined_shape_of(shape_of(m), shape_of(i)).is_scalar();
        });
        if (v == no_node) {
            return;
        }
        extents const all = joined_shape_of(shape_of(m), shape_of(v));
        bool const looks_through = random_.chance(0.5);
        auto const repeated = [&](node_id i) {
            node_id const from = looks_through && g_[i].opcode == op::transpose ? g_[i].a : i;
            return g_.broadcast(in_order(g_, from, all), all);
        };
        node_id const left = repeated(m);
        node_id const terms = g_.binary(op::multiply, left, repeated(v));
        auto const n = static_cast<double>(size_[along]);
        interval const one = hull(at(m), at(v));
        bound(g_.sum(terms, all.without(along)), {n * std::min(one.low, 0.0), n * std::max(one.high, 0.0)});
    }
    /// A value along another dimension of the same size.
    void add_renamed()
    {
        node_id const v = choose_vector();
        dimension_id const by = random_vector_shape().rows();
        if (v == no_node || shape_of(v).has(by)) {
            return;
        }
        extents shape = shape_of(v);
        dimension_id& one = shape.dims[random_.below(static_cast<std::size_t>(shape.rank()))];
        if (size_[one] == size_[by]) {
            one = by;
            see(g_.rename(v, shape), at(v));
        }
    }
    void add_transposed()
    {
        node_id const m = choose_matrix();
        if (m != no_node) {
            extents shape = shape_of(m);
            auto const last = static_cast<std::size_t>(shape.rank()) - 1;
            std::swap(shape.dims[last], shape.dims[random_.chance(0.8) ? last - 1 : 0]);
            see(g_.transpose(m, shape), at(m));
        }
    }
};

}  // namespace rondo::test
