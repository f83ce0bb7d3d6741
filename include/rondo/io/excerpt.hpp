#pragma once
/// @file
/// Formats text from a file for messages.

#include <rondo/namespaces.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::io_internal {

/// The beginning of @p text, with `\xNN` for control characters. Files are not trusted: a name in one may
/// have any length, and may contain control sequences for a terminal.
/// @param text in UTF-8.
/// @param most how many bytes are shown; three dots stand for the rest.
inline std::string excerpt(std::string_view text, std::size_t most = 100)
{
    std::size_t shown = text.size();
    if (shown > most) {
        shown = most;
        while (shown > 0 && (static_cast<unsigned char>(text[shown]) & 0xc0) == 0x80) {
            --shown;  // a character is shown in full or not at all
        }
    }
    std::string result;
    for (char const c : text.substr(0, shown)) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            constexpr char digits[] = "0123456789abcdef";
            result += {'\\', 'x', digits[byte / 16], digits[byte % 16]};
        } else {
            result += c;
        }
    }
    return shown < text.size() ? result + "..." : result;
}

}  // namespace rondo::inline RONDO_ISA::io_internal
