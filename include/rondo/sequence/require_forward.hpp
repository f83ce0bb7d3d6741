#pragma once
/// @file
/// Rejects a backward() without a forward() before it.

#include <rondo/namespaces.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

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
