#pragma once
/// @file
/// The values a cell is written with: an unevaluated number, vector or matrix.
///
/// The type of an expression says its shape and nothing else. Its structure is recorded in a
/// graph while the compiler evaluates the step.

#include <rondo/graph/program.hpp>
#include <rondo/lang/dimension_table.hpp>
#include <rondo/lang/rejected_uses.hpp>

#include <concepts>
#include <cstddef>
#include <stdexcept>
#include <string_view>

namespace rondo::inline RONDO_ISA::lang_internal {

/// The most values that a step can watch.
inline constexpr std::size_t max_watched = 24;

/// Reports that the table of watched values is full.
struct too_many_watched {
    static_assert(max_watched == 24, "the sentence states the size");
    /// @throws std::length_error if @p is_full.
    static constexpr void check(bool is_full)
    {
        if (is_full) {
            throw std::length_error("rondo: a step watches more than 24 values");
        }
    }
};

/// A value that watch() has marked.
struct marked_value {
    node_id value = no_node;  ///< in the recorder's graph
    std::string_view name{};  ///< as it was written
};

/// Where the sequences of a step begin anew, see with_resets.
struct recorded_reset {
    node_id reset = no_node;      ///< a number that is not zero where they do; none if they do not
    node_id countdown = no_node;  ///< the steps for which values from before the reset are in delays; made
                                  ///< when the first delay needs it
};

/// Where the expressions of one step are recorded.
struct recorder {
    using carries = static_vector<carry, max_states, std::size_t, too_many_states>;  ///< see `lagged`

    graph nodes{};                 ///< the nodes recorded so far
    dimension_table dimensions{};  ///< of the cell
    bool met_unlisted = false;     ///< an operand did not come from the step's arguments or members
    static_vector<marked_value, max_watched, std::size_t, too_many_watched> marked{};  ///< by watch()
    /// The nodes that are added to the marked values, in order; null for none. Their adjoints are those of
    /// the values.
    node_id const* probes = nullptr;
    std::size_t states = 0;   ///< the states that the step takes
    carries lagged{};         ///< values of earlier steps that it reads besides these
    recorded_reset resets{};  ///< of the part of the step that is being recorded

    /// The value that node @p value had @p steps steps ago.
    constexpr node_id carry_over(node_id value, int steps)
    {
        for (carry const& c : lagged) {
            if (c.to == value && c.delay == steps) {
                return c.from;
            }
        }
        node_id const old = next_state(nodes[value].shape);
        lagged.push_back({old, value, steps});
        return old;
    }
    /// The leaf of one more state of a shape, which the caller adds to `lagged`.
    constexpr node_id next_state(extents shape)
    {
        return nodes.leaf(op::state, static_cast<int>(states + lagged.size()), shape);
    }
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA::lang_internal {

/// A matrix that transpose() has not moved yet.
template <class M>
concept transposed_matrix = requires(M const& m) {
    m.matrix;
    m.value();
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// A value of the step, not yet computed. Copies refer to the same value.
template <class Shape>
struct expression : lang_internal::rejected_uses<Shape> {
    using shape_type = Shape;  ///< dimensions

    /// A value that tracing has not reached.
    constexpr expression() = default;
    /// The node @p i of a recorder's graph.
    constexpr expression(lang_internal::recorder* r, ir_internal::node_id i) : record(r), id(i) {}
    /// Rejected: a number, or a value of another shape. A default argument is instantiated for the caller's
    /// line.
    template <class Other>
        requires lang_internal::plain_number<Other> || lang_internal::has_another_shape<Other, Shape>
    constexpr expression(Other const&, bool = lang_internal::can_take<Shape, Other>)
    {
    }

    /// Rejected: numbers in braces.
    template <class... N>
        requires(sizeof...(N) > 1 && (lang_internal::plain_number<N> && ...) &&
                 lang_internal::numbers_are_entries<N...>::value)
    constexpr expression(N const&...)
    {
    }

    /// The value of a transposed matrix, which is recorded where it is more than a factor.
    template <lang_internal::transposed_matrix Other>
        requires std::same_as<typename Other::shape_type, Shape>
    constexpr expression(Other const& m) : expression(m.value())
    {
    }

    lang_internal::recorder* record = nullptr;       ///< null until tracing reaches the cell
    ir_internal::node_id id = ir_internal::no_node;  ///< in the recorder's graph
};

/// A vector along the dimension @p D.
template <dimension_name D>
using vec = expression<lang_internal::shape<D>>;

/// A matrix along two dimensions or three, all different. Entries along the last are next to each other in
/// memory.
template <dimension_name A, dimension_name B, dimension_name... C>
using mat = expression<lang_internal::shape<A, B, C...>>;

/// A single number per sequence of the batch.
using scalar = expression<lang_internal::shape<>>;

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// A number, a vector or a matrix of a step, in its plain type. A matrix with a dimension twice is no value.
template <class T>
inline constexpr bool is_value = false;
template <class S>
inline constexpr bool is_value<expression<S>> = !repeats<S>;

}  // namespace rondo::inline RONDO_ISA::lang_internal
