#pragma once
/// @file
/// Adds the position of a layer to the message of an exception.

#include <rondo/namespaces.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Calls @p f and returns its result. If it throws std::invalid_argument, @p place, a callable that gives
/// a string, is inserted into the message: "rondo: the input x: ..." becomes
/// "rondo: layer 1 of the stack: the input x: ...".
/// @throws std::invalid_argument if @p f does.
template <class Place, class F>
decltype(auto) with_location(Place const& place, F&& f)
{
    try {
        return f();
    } catch (std::invalid_argument const& e) {
        std::string_view constexpr ours = "rondo: ";
        std::string_view what = e.what();
        what.remove_prefix(what.starts_with(ours) ? ours.size() : 0);
        throw std::invalid_argument(std::string(ours) + std::string(place()) + ": " + std::string(what));
    }
}

}  // namespace rondo::inline RONDO_ISA::stack_internal
