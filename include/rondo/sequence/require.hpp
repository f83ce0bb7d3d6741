#pragma once
/// @file
/// How a setting of training is rejected, in one way for all.

#include <rondo/namespaces.hpp>

#include <sstream>
#include <stdexcept>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Throws unless @p good.
/// @throws std::invalid_argument naming @p setting, what was @p expected of it, and the number
///         @p found.
inline void require(bool good, std::string_view setting, std::string_view expected, double found)
{
    if (!good) {
        std::ostringstream text;
        text << "rondo: " << setting << ": expected " << expected << ", found " << found;
        throw std::invalid_argument(text.str());
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
