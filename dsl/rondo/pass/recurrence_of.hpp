#pragma once
/// @file
/// The kind of a cell's recurrence, as a constant, and a requirement on the kind.
///
/// Whether a cell is a scan or has to go step by step through its products decides how fast it can
/// be. A program that relies on a scan can require it; if the cell is none, compilation fails and names the
/// operation that prevents it.

#include <rondo/lang/printed_text.hpp>
#include <rondo/pass/pipeline.hpp>
#include <rondo/pass/recurrence_kind.hpp>

#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The recurrence of the forward step of @p Cell.
template <class Cell>
inline constexpr recurrence_structure recurrence_structure_of = recurrence(compiled<Cell>::forward);
/// The kinds of the recurrences of the forward step of @p Cell.
template <class Cell>
inline constexpr recurrence_kinds recurrence_kinds_of =
    classify_recurrences(compiled<Cell>::forward, recurrence_structure_of<Cell>);

}  // namespace rondo::inline RONDO_ISA::ir_internal

namespace rondo::inline RONDO_ISA {

/// The kind of recurrence that @p Cell has: the kind of its strongest cycle.
///
/// @code
/// static_assert(recurrence_of<lstm<>> == recurrence_kind::dense);
/// static_assert(recurrence_of<min_gru<>> == recurrence_kind::diagonal_linear);
/// @endcode
template <class Cell>
inline constexpr recurrence_kind recurrence_of = ir_internal::recurrence_kinds_of<Cell>.strongest;

/// The kind of recurrence that state @p State of @p Cell has: the kind of its cycle. States are counted from
/// zero in the order of the step's arguments.
template <class Cell, std::size_t State>
    requires(State < ir_internal::compiled<Cell>::shapes.states.size())
inline constexpr recurrence_kind recurrence_of_state = ir_internal::recurrence_kinds_of<Cell>.of_state[State];

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::ir_internal {

/// The first node of @p Cell that is on a cycle and of a stronger kind than @p Most, or no_node.
template <class Cell, recurrence_kind Most>
constexpr node_id obstacle_to()
{
    program const& step = compiled<Cell>::forward;
    for (node_id i = 0; i < step.nodes.size(); ++i) {
        if (recurrence_kind_of(step, recurrence_structure_of<Cell>, i) > Most) {
            return i;
        }
    }
    return no_node;
}

/// A text that is composed while compiling.
struct growing_text {
    static_vector<char, 256> letters{};  ///< the text so far

    /// Appends a text.
    constexpr void add(std::string_view more)
    {
        for (char const c : more) {
            letters.push_back(c);
        }
    }
    /// Appends "state" and the number of state @p k, counted from one.
    constexpr void add_state(std::size_t k)
    {
        add("state ");
        if (k + 1 >= 10) {
            letters.push_back(static_cast<char>('0' + (k + 1) / 10));
        }
        letters.push_back(static_cast<char>('0' + (k + 1) % 10));
    }
    /// The text so far.
    constexpr std::string_view view() const { return {letters.begin(), letters.size()}; }
};

/// The operation of node @p i of @p Cell and the states before and after it; states that only exchange their
/// values have no node.
template <class Cell>
constexpr growing_text edge_at(node_id i)
{
    program const& step = compiled<Cell>::forward;
    recurrence_structure const& r = recurrence_structure_of<Cell>;
    auto const first_state = [&](auto const& fits) {
        std::size_t k = 0;
        while (k + 1 < step.states.size() && !fits(k)) {
            ++k;
        }
        return k;
    };
    growing_text text{};
    if (i == no_node) {
        text.add_state(first_state([&](std::size_t k) { return r.is_loop[k]; }));
        text.add(", passed on unchanged");
        return text;
    }
    node const& n = step.nodes[i];
    auto const touching = [&](auto const& states) {
        return first_state([&](std::size_t k) {
            return r.loop_of[k] == r.positions[i].loop && (states[i] & detail::only(k)) != 0;
        });
    };
    text.add(word_of(n.opcode));
    if (is_product(n.opcode)) {
        text.add(" with ");
        text.add(compiled<Cell>::shapes.parameters[step.nodes[n.a].index].name.view());
    }
    text.add(", between ");
    text.add_state(touching(detail::states_behind(step)));
    text.add(" and the new ");
    text.add_state(touching(detail::states_ahead(step)));
    return text;
}

/// Whether a recurrence is no stronger than allowed. The message names the cell, the kind, and the
/// operation that makes it stronger, with its parameter and the states before and after it.
template <class Cell, recurrence_kind Most, printed_text Edge>
struct recurrence_is_no_stronger {
    static_assert(recurrence_of<Cell> <= Most,
                  "the recurrence of this cell is stronger than allowed: the operation that is named "
                  "beside it is on the path from an old state to its new value");
    static constexpr bool value = recurrence_of<Cell> <= Most;
};

}  // namespace rondo::inline RONDO_ISA::ir_internal

namespace rondo::inline RONDO_ISA {

/// Requires that the recurrence of @p Cell is at most of the kind @p Most: it is true or does not compile,
/// and the first lines of the error name the operation that makes the recurrence stronger.
///
/// @code
/// static_assert(recurs_at_most<sru<>, recurrence_kind::diagonal_linear>);
/// @endcode
template <class Cell, recurrence_kind Most>
inline constexpr bool recurs_at_most = [] {
    if constexpr (recurrence_of<Cell> <= Most) {
        return true;
    } else {
        constexpr auto edge = ir_internal::edge_at<Cell>(ir_internal::obstacle_to<Cell, Most>());
        return ir_internal::recurrence_is_no_stronger<
            Cell, Most, ir_internal::printed_text<edge.view().size()>(edge.view())>::value;
    }
}();

}  // namespace rondo::inline RONDO_ISA
