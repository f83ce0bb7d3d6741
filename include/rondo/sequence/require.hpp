#pragma once
/// @file
/// Rejects wrong arguments and calls of a user, with one form of message.

#include <rondo/namespaces.hpp>

#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Rejects a setting unless it is @p good.
/// @throws std::invalid_argument naming the setting, what was @p expected of it, and the number @p found.
inline void require(bool good, std::string_view setting, std::string_view expected, double found)
{
    if (!good) {
        std::ostringstream text;
        text << "rondo: " << setting << ": expected " << expected << ", found " << found;
        throw std::invalid_argument(text.str());
    }
}

/// Rejects a call of backward() unless there are values to go back from.
/// @throws std::logic_error saying that a forward() must come before it, and @p why there is none.
inline void require_forward(bool has_saved_values,
                            std::string_view why = "; the last run of this object kept nothing, or failed")
{
    if (!has_saved_values) {
        throw std::logic_error("rondo: backward() needs a forward() before it" + std::string(why));
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
