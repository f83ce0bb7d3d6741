#pragma once
/// @file
/// A cell whose sequences can begin anew at any step.

#include <rondo/lang/cell.hpp>
#include <rondo/lang/signature.hpp>
#include <rondo/lang/start.hpp>

#include <string_view>
#include <tuple>
#include <type_traits>

namespace rondo::inline RONDO_ISA::cell_internal {

/// The inputs of a cell, and a reset.
template <class Input>
struct inputs_with_reset {
    Input input;   ///< the inputs of the cell
    scalar reset;  ///< not zero where a sequence begins

    /// Calls `f(input, name)` for every input of the cell, and for the reset. A single input, which has no
    /// name in the cell, is called x.
    template <class F>
    constexpr void for_each(F&& f)
    {
        for_each_input(input, [&](auto& one, std::string_view name) { f(one, name.empty() ? "x" : name); });
        f(reset, std::string_view("reset"));
    }
};

/// A state of a step, or its first value if the sequence began anew since then.
template <class State, class First>
constexpr State begun_anew(State s, First first)
{
    using value = expression<typename State::shape_type>;
    value const old = lang_internal::since_reset(value(s), lang_internal::delay_of<State>, first);
    return {old.record, old.id};
}

/// Whether one of the inputs in @p Input is called reset.
template <class Input>
inline constexpr bool has_a_reset = [] {
    Input input{};
    bool found = false;
    for_each_input(input, [&](auto&, std::string_view name) { found = found || name == "reset"; });
    return found;
}();

}  // namespace rondo::inline RONDO_ISA::cell_internal

namespace rondo::inline RONDO_ISA::lang_internal {

/// The inputs of the cell, and the reset.
template <class Cell, class Input>
struct step_inputs<Cell, cell_internal::inputs_with_reset<Input>> {
    /// Whether they are valid.
    static constexpr bool value = step_inputs<Cell, Input>::value;
    /// Of the inputs.
    using shapes = typename append_type<typename step_inputs<Cell, Input>::shapes, shape<>>::type;
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The steps of @p Cell for sequences that follow each other in one row of a batch, such as the episodes of
/// reinforcement learning or packed documents. Where the input `reset` is not zero, the step starts from
/// states of zeros or, if the cell has a start(), from those, and no gradient goes back to the steps before.
/// Inputs that are per_sequence belong to the row: a reset does not change them. A value of k steps ago,
/// delayed<k, V> or lag<k>(v), is that of the beginning for k steps then; the cell counts them in one more
/// state, a number.
///
/// Inputs: those of the cell by name, a single one as `x`, and `reset`, a number. States and outputs: those
/// of the cell. Parameters: those of the cell, as `cell.…`.
///
/// @code
/// model<with_resets<lstm<>>> m{input{28}, hidden{128}};
/// bptt run{m};
/// run.forward(named("x"_s = x, "reset"_s = first_steps));  // (time, batch, input), (time, batch)
/// @endcode
template <class Cell, class Arguments = typename lang_internal::call_of<Cell>::arguments>
struct with_resets;

template <class Cell, class... Argument>
struct with_resets<Cell, std::tuple<Argument...>> {
    /// The inputs of a step.
    using given = cell_internal::inputs_with_reset<typename lang_internal::call_of<Cell>::input>;
    static_assert(!cell_internal::has_a_reset<typename lang_internal::call_of<Cell>::input>,
                  "with_resets gives a cell an input called reset, and this cell has one already");
    Cell cell;  ///< the cell
    RONDO_MEMBERS(cell);

    /// One time step.
    constexpr auto operator()(given in, Argument... s) const
    {
        if (in.reset.record == nullptr) {
            return cell(in.input, s...);
        }
        lang_internal::recorded_reset& resets = in.reset.record->resets;
        lang_internal::recorded_reset const outer = resets;
        scalar const either = outer.reset == ir_internal::no_node
                                  ? in.reset
                                  : where(scalar{in.reset.record, outer.reset}, 1.0, in.reset);
        resets = {.reset = either.id, .countdown = ir_internal::no_node};
        auto const after = [&] {
            if constexpr (lang_internal::has_start<Cell>) {
                auto const begun = [](auto const& first, auto const& state) {
                    return cell_internal::begun_anew(state, expression(first));
                };
                return std::apply(
                    [&](auto const&... first) {
                        return cell(in.input, lang_internal::combine_states(first, s, begun)...);
                    },
                    std::apply(
                        [](auto... first) {
                            return lang_internal::group_states<std::tuple<Argument...>>(first...);
                        },
                        start(in).states));
            } else {
                auto const begun = [](auto const& state) { return cell_internal::begun_anew(state, 0.0); };
                return cell(in.input, lang_internal::transform_states(s, begun)...);
            }
        }();
        resets = outer;
        return after;
    }
    /// The states that the cell begins with, if it says which.
    constexpr auto start(given in) const
        requires lang_internal::has_start<Cell>
    {
        return lang_internal::call_start(cell, in.input);
    }
};

}  // namespace rondo::inline RONDO_ISA
