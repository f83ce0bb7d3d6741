#pragma once
/// @file
/// A text that compilers print when it is the argument of a template.

#include <rondo/namespaces.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::lang_internal {

/// A text that compilers print when it is the argument of a template.
template <std::size_t Size>
struct printed_text {
    char letters[Size + 1]{};  ///< ends with a zero

    /// Copies @p text, which has Size letters.
    constexpr explicit printed_text(std::string_view text) { std::ranges::copy(text, letters); }
};

}  // namespace rondo::inline RONDO_ISA::lang_internal
