#pragma once
/// @file
/// Adds the position of a layer to the message of an exception.

#include <rondo/error/input_error.hpp>
#include <rondo/error/number_error.hpp>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Calls @p f and returns its result. If it throws an input_error or a number_error, the string that @p place
/// returns is put in front of the place of the error: "rondo: layer 1 of the stack: the input x: ...".
/// @throws input_error or number_error if @p f does.
template <class Place, class F>
decltype(auto) with_location(Place const& place, F&& f)
{
    try {
        return f();
    } catch (input_error const& e) {
        throw e.at(place());
    } catch (number_error const& e) {
        throw e.at(place());
    }
}

}  // namespace rondo::inline RONDO_ISA::stack_internal
