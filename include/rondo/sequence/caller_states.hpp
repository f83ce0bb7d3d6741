#pragma once
/// @file
/// Checks the states that a caller passes, and gives the states of results their shapes.

#include <rondo/error/input_error.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/value_arrays.hpp>
#include <rondo/sequence/array_shape.hpp>
#include <rondo/sequence/expected_extents.hpp>

#include <cmath>
#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Checks that a state, or the gradient of a state, has the shape (batch, value), where the value counts the
/// entries of all steps that it is carried over.
/// @throws input_error if it has another shape, was moved from or, with @p check_finite, has an entry that is
///         not finite; @p what names the argument, and @p index, from 0 on, and @p name, which may be empty,
///         say which state it is.
template <class Array>
void check_state(Array const& s, std::size_t index, std::string_view name, std::ptrdiff_t batch,
                 value_extents const& value, std::string_view what, bool check_finite)
{
    array_shape const found(s);
    auto const which = [&] {
        return concat(what, " ", lang_internal::title_of_state(name, index));
    };  // text allocates
    if (!value.fit(found, 1) || found[0] != batch) {
        exec_internal::reject(which(), concat("shape (batch = ", batch, ", ", value.text(), ")"),
                              found.text());
    }
    if (is_moved_from(s)) {
        found.check_entries(which());
    }
    std::ptrdiff_t const size = value.entries();
    for (std::ptrdiff_t i = 0; check_finite && i < batch * size; ++i) {
        if (!std::isfinite(s.data()[i])) {
            exec_internal::reject(
                which(), "finite entries",
                concat(s.data()[i], " at (batch ", i / size, ", ", value.place(i % size), ")"));
        }
    }
}

/// Checks the caller's states, or their gradients, for @p batch sequences; null passes.
/// @throws input_error as check_state(), if a shape is not that of states_of.
template <class Cell, class States, class Sizes>
void check_states(States const* s, Sizes const& sizes, std::ptrdiff_t batch, std::string_view what,
                  bool check_finite)
{
    auto const& shapes = compiled<Cell>::shapes;
    for (std::size_t k = 0; s != nullptr && k < state_count<Cell>; ++k) {
        value_extents value = expected_value<Cell>(sizes, shapes.states[k]);
        value.repeat(delay_of_state<Cell>(k));
        check_state((*s)[k], k, shapes.state_names[k].view(), batch, value, what, check_finite);
    }
}

/// Gives every state its shape, see states_of. Allocates nothing if it
/// already has this shape.
template <class Cell, class States, class Sizes>
void resize_states(States& s, Sizes const& sizes, std::ptrdiff_t batch)
{
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        resize_array(s[k], extents_of_state<Cell>(sizes, k, batch));
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
