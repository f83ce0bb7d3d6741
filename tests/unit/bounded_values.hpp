#pragma once
/// @file
/// A graph that is built at random, with bounds for every value.
///
/// Every value has an interval that it cannot leave. So the arguments of log, log1p and sqrt
/// and all divisors stay away from zero, and all values small enough to be unrolled over time.

#include "sample_program.hpp"

#include <rondo/pass/common_dimensions.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// The bounds of a value.
struct interval {
    double low, high;
    [[nodiscard]] double magnitude() const { return std::max(std::fabs(low), std::fabs(high)); }
    [[nodiscard]] bool away_from_zero() const { return low > 0.2 || high < -0.2; }
};

/// A dimension that consists of two others.
struct joined_shape {
    dimension_id whole, first, last;
};

/// A graph whose values have bounds. Some of them are visible: operands can be chosen among these.
class bounded_values {
   public:
    bounded_values(random_source& random, sizes const& size, std::size_t const& dimensions,
                   std::vector<joined_shape> const& joins)
        : random_(random), size_(size), dimensions_(dimensions), joins_(joins)
    {
    }

    [[nodiscard]] graph const& nodes() const { return g_; }
    [[nodiscard]] interval at(node_id i) const { return intervals_[static_cast<std::size_t>(i)]; }
    [[nodiscard]] extents shape_of(node_id i) const { return g_[i].shape; }
    extents random_vector_shape() { return {static_cast<dimension_id>(1 + random_.below(dimensions_))}; }

    /// Adds a leaf, or makes it visible again; its number.
    node_id add_leaf(op code, std::size_t index, extents shape, interval within)
    {
        node_id const i = g_.leaf(code, static_cast<int>(index), shape);
        if (code == op::parameter && shape.is_matrix()) {
            (shape.rank() == 2 ? matrices_ : matrices_of_heads_).push_back(i);
            set_interval(i, within);
            return i;
        }
        return see(i, within);
    }
    /// Adds a one-hot vector, which can only be multiplied by a matrix.
    void add_symbol(std::size_t index, extents shape)
    {
        symbol_ = g_.leaf(op::symbol, static_cast<int>(index), shape);
        set_interval(symbol_, {0, 1});
    }
    void add_number(double c) { see(g_.constant(c), {c, c}); }
    /// Hides @p i; values that were computed from it remain visible.
    void hide(node_id i) { visible_.erase(std::find(visible_.begin(), visible_.end(), i)); }
    /// tanh of @p i.
    node_id squashed(node_id i) { return see(g_.unary(op::tanh, i), {-1, 1}); }

    /// A visible node for which @p fits is true, recent ones with higher probability; no_node if there is
    /// none.
    template <class F>
    node_id choose(F fits)
    {
        std::vector<node_id> fitting;
        std::copy_if(visible_.begin(), visible_.end(), std::back_inserter(fitting), fits);
        if (fitting.empty()) {
            return no_node;
        }
        std::size_t const recent = std::min<std::size_t>(fitting.size(), 5);
        return random_.chance(0.5) ? fitting[fitting.size() - 1 - random_.below(recent)]
                                   : fitting[random_.below(fitting.size())];
    }
    node_id choose_any()
    {
        return choose([](node_id) { return true; });
    }

   protected:
    void set_interval(node_id i, interval within)
    {
        intervals_.resize(static_cast<std::size_t>(g_.size()), {0, 0});
        intervals_[static_cast<std::size_t>(i)] = within;
    }
    node_id see(node_id i, interval within)
    {
        set_interval(i, within);
        if (std::find(visible_.begin(), visible_.end(), i) == visible_.end()) {
            visible_.push_back(i);
        }
        return i;
    }
    /// A visible node with dimensions, of any number.
    node_id choose_vector()
    {
        return choose([&](node_id i) { return !shape_of(i).is_scalar(); });
    }
    /// Whether the dimensions of one value are those of the other, or some of them in the same order.
    [[nodiscard]] bool meet(node_id i, node_id j) const
    {
        extents const a = shape_of(i);
        extents const b = shape_of(j);
        return common_dimensions(a, b) == b ? true : common_dimensions(b, a) == a;
    }

    random_source& random_;
    sizes const& size_;
    std::size_t const& dimensions_;
    std::vector<joined_shape> const& joins_;
    graph g_{};
    std::vector<interval> intervals_{};         // of every node
    std::vector<node_id> visible_{};            // values to choose operands from
    std::vector<node_id> matrices_{};           // parameters that multiply vectors
    std::vector<node_id> matrices_of_heads_{};  // parameters that are a matrix for each head
    node_id symbol_ = no_node;
};

}  // namespace rondo::test
