#pragma once
/// @file
/// The optional function `start()` of a cell, which gives the states that sequences begin with.

#include <rondo/graph/program.hpp>
#include <rondo/lang/next.hpp>
#include <rondo/lang/step_inputs.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a cell says which states its sequences begin with.
template <class Cell>
inline constexpr bool has_start = requires { &Cell::start; };

namespace detail {

/// How start() is called. The primary template is for what cannot be called.
template <class Cell, class Input, class F>
struct start_call {
    static_assert(
        sizeof(Cell) == 0,
        "start() of a cell is const, and takes nothing or the struct of inputs that operator() takes: "
        "constexpr auto start() const");
    static constexpr bool value = false;
    using result = void;
};
template <class Cell, class Input, class Owner, class Result, bool Noexcept>
struct start_call<Cell, Input, Result (Owner::*)() const noexcept(Noexcept)> {
    static constexpr bool value = true;
    static constexpr bool takes_inputs = false;
    using result = Result;
};
template <class Cell, class Input, class Owner, class Result, class Argument, bool Noexcept>
    requires std::is_same_v<std::remove_cvref_t<Argument>, Input>
struct start_call<Cell, Input, Result (Owner::*)(Argument) const noexcept(Noexcept)> {
    static constexpr bool value = true;
    static constexpr bool takes_inputs = true;
    using result = Result;
};

}  // namespace detail

/// Whether start() gives every state. The message names the cell and both counts.
template <class Cell, std::size_t States, std::size_t Given>
struct start_gives_every_state {
    static_assert(States == Given,
                  "start() gives one value for each state that operator() takes, in this order");
    static constexpr bool value = States == Given;
};

/// Whether the values of start() have the shapes of the states. The message shows both lists.
template <class Cell, class States, class Given>
struct start_fits_the_states {
    static_assert(std::tuple_size_v<States> != std::tuple_size_v<Given> || std::is_same_v<States, Given>,
                  "start() gives a state another dimension than operator() takes it with");
    static constexpr bool value = std::is_same_v<States, Given>;
};

/// Whether start() returns states for a cell with states like @p States.
template <class Cell, class States, class Result>
struct start_result {
    static_assert(sizeof(Cell) == 0,
                  "start() of a cell returns next{...} with the initial states, and no outputs");
    static constexpr bool value = false;
};
template <class Cell, class States>
struct start_result<Cell, States, void> {
    static constexpr bool value = false;  ///< the message has been given
};
template <class Cell, class States, class... S>
struct start_result<Cell, States, next<S...>> {
    /// Whether it fits the states.
    static constexpr bool value =
        start_gives_every_state<Cell, std::tuple_size_v<States>, sizeof...(S)>::value &&
        start_fits_the_states<Cell, States, std::tuple<S...>>::value;
};

template <class Cell, class States, class... Argument>
    requires(lists_members<Argument> || ...)
struct start_result<Cell, States, next<Argument...>> : start_result<Cell, States, flat_next<Argument...>> {};

/// Whether start() is independent of the inputs that change over time. The message names the cell.
template <class Cell, bool ReadsStep>
struct start_is_before_the_first_step {
    static_assert(!ReadsStep,
                  "start() of this cell reads an input that changes over time; the states before the first "
                  "step depend on parameters and per_sequence inputs alone");
    static constexpr bool value = !ReadsStep;
};

/// How start() of @p Cell is called, whose step takes @p Input.
template <class Cell, class Input>
using start_call_of = detail::start_call<Cell, Input, decltype(&Cell::start)>;

/// The states before the first step of @p cell, as a next{...}; @p given are the inputs of the step, of which
/// it may read those that are per_sequence.
template <class Cell, class Input>
constexpr auto call_start(Cell const& cell, [[maybe_unused]] Input const& given)
{
    if constexpr (start_call_of<Cell, Input>::takes_inputs) {
        return cell.start(given);
    } else {
        return cell.start();
    }
}

/// Whether one of the results for start() depends on an input that changes over time, or on a value of an
/// earlier step.
constexpr bool start_reads_step(program const& p, std::size_t inputs)
{
    node_map<bool> reads{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        reads[i] = n.opcode == op::state ||
                   ((n.opcode == op::input || n.opcode == op::symbol) && n.index < static_cast<int>(inputs));
        for_each_operand(p.nodes, i, [&](node_id o) { reads[i] = reads[i] || reads[o]; });
    }
    bool any = false;
    for (program_result const& r : p.results) {
        any = any || (r.what == role::start && reads[r.value]);
    }
    return any;
}

}  // namespace rondo::inline RONDO_ISA::lang_internal
