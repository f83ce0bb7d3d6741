#pragma once
/// @file
/// Says where among layers something was rejected.

#include <rondo/namespaces.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::stack_internal {

/// The result of @p f. What it rejects is rejected with @p place, a callable that gives a string,
/// before the rest: "rondo: the input x: ..." becomes "rondo: layer 1 of the stack: the input x:
/// ...".
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
