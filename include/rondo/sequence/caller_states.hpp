#pragma once
/// @file
/// Checks the states that a caller passes, and gives the states of results their shapes.

#include <rondo/error/input_error.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/xtensor.hpp>

#include <cmath>
#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Checks that a state, or the gradient of a state, has the shape (batch, size), where @p size counts the
/// entries of all @p delay steps that it is carried over.
/// @throws input_error if it has another shape or, with @p check_finite, an entry that is not finite; @p what
///         names the argument, and @p index, from 0 on, and @p name, which may be empty, say which state it
///         is.
template <class T>
void check_state(xt::xtensor<T, 2> const& s, std::size_t index, std::string_view name, std::ptrdiff_t batch,
                 std::ptrdiff_t size, std::string_view dimension, std::string_view what, bool check_finite,
                 std::ptrdiff_t delay = 1)
{
    auto const rows = static_cast<std::ptrdiff_t>(s.shape()[0]);
    auto const columns = static_cast<std::ptrdiff_t>(s.shape()[1]);
    auto const which = [&] {
        return concat(what, " ", lang_internal::title_of_state(name, index));
    };  // text allocates
    if (rows != batch || columns != size) {
        std::string const steps = delay > 1 ? concat(delay, " steps * ") : "";
        exec_internal::reject(which(),
                              concat("shape (batch = ", batch, ", ", steps, dimension, " = ", size, ")"),
                              concat("(", rows, ", ", columns, ")"));
    }
    for (std::ptrdiff_t i = 0; check_finite && i < rows * columns; ++i) {
        if (!std::isfinite(s.data()[i])) {
            exec_internal::reject(
                which(), "finite entries",
                concat(s.data()[i], " at (batch ", i / columns, ", feature ", i % columns, ")"));
        }
    }
}

/// Checks the caller's states, or their gradients, for @p batch sequences; null passes.
/// @throws input_error as check_state(), if a shape is not (batch, dimension of the state).
template <class Cell, class States, class Sizes>
void check_states(States const* s, Sizes const& sizes, std::ptrdiff_t batch, std::string_view what,
                  bool check_finite)
{
    auto const& shapes = compiled<Cell>::shapes;
    for (std::size_t k = 0; s != nullptr && k < state_count<Cell>; ++k) {
        dimension_id const dim = shapes.states[k].rows();
        check_state((*s)[k], k, shapes.state_names[k].view(), batch, entries_of_state<Cell>(sizes, k),
                    shapes.dimensions[static_cast<std::size_t>(dim)], what, check_finite,
                    delay_of_state<Cell>(k));
    }
}

/// Gives every state the shape (batch, dimension of the state), see states_of. Allocates nothing if it
/// already has this shape.
template <class Cell, class States, class Sizes>
void resize_states(States& s, Sizes const& sizes, std::ptrdiff_t batch)
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        s[k].resize(
            {static_cast<std::size_t>(batch), static_cast<std::size_t>(entries_of_state<Cell>(sizes, k))});
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
