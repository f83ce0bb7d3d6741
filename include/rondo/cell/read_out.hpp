#pragma once
/// @file
/// A cell with an affine read-out.

#include <rondo/lang/cell.hpp>
#include <rondo/lang/signature.hpp>
#include <rondo/lang/start.hpp>

#include <tuple>
#include <utility>

namespace rondo::inline RONDO_ISA::cell_internal {

/// The dimension of a state, which must be a vector.
template <class State>
struct vector_state {
    static_assert(!std::is_same_v<State, shape<>>, "read_out reads the first state, which must be a vector");
};
template <class D>
struct vector_state<shape<D>> {
    using dimension_type = D;  ///< dimension of the vector
};

}  // namespace rondo::inline RONDO_ISA::cell_internal

namespace rondo::inline RONDO_ISA {

/// A cell whose output is an affine function of the first new state of @p Cell.
///
/// \f[ y_t = V h_t + b \f]
///
/// States: those of the cell. Output: y, along @p Output. Parameters: those of the cell, as
/// `cell.…`, `V` (@p Output × the dimension of h) and `b` (@p Output).
///
/// @code
/// model<read_out<lstm<>, output>> m{input{28}, hidden{128}, output{10}};
/// @endcode
template <class Cell, dimension_name Output,
          class Arguments = typename lang_internal::call_of<Cell>::arguments>
struct read_out;

template <class Cell, dimension_name Output, class... Argument>
struct read_out<Cell, Output, std::tuple<Argument...>> {
    using input_type = typename lang_internal::call_of<Cell>::input;  ///< the inputs of the cell
    /// The dimension of the first state.
    using hidden_dimension = typename cell_internal::vector_state<
        std::tuple_element_t<0, typename lang_internal::call_of<Cell>::states>>::dimension_type;
    Cell cell;                           ///< the cell that is read
    weight<Output, hidden_dimension> V;  ///< of the first new state
    bias<Output> b;                      ///< of the output
    RONDO_MEMBERS(cell, V, b);

    /// One time step.
    constexpr auto operator()(input_type x, Argument... s) const
    {
        auto const after = cell(x, s...);
        auto const all = std::apply([](auto... state) { return next{state...}; }, after.states);
        return all.output(V * std::get<0>(after.states) + b);
    }
    /// The states that the cell begins with, if it says which.
    constexpr auto start(input_type x) const
        requires lang_internal::has_start<Cell>
    {
        return lang_internal::call_start(cell, x);
    }
};

}  // namespace rondo::inline RONDO_ISA
