// UTF-8 to code points and back.
//
// The model predicts characters, not bytes, so a text must be decoded first. A file that is
// not text is rejected here, with the position of the error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace shared {

// The replacement character, which stands for a symbol without a code point of its own.
inline constexpr char32_t replacement_character = 0xFFFD;

// The code points of `bytes`; a byte order mark at the beginning is dropped.
// Rejects NUL bytes (no text has any, most binary files do) and whatever Unicode 15 §3.9, table 3-7
// calls ill-formed: stray, missing or overlong sequences, surrogates, values above U+10FFFF.
// `source` is named in the error: std::runtime_error, with the offset of the byte at fault.
inline std::u32string decode_utf8(std::string_view bytes, std::string_view source)
{
    auto const refuse = [&](std::string const& found, std::size_t offset) {
        throw std::runtime_error(std::string(source) + ": expected text in UTF-8, found " + found +
                                 " at byte offset " + std::to_string(offset));
    };
    auto const hexadecimal = [](std::uint32_t byte) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        return std::string("0x") + digits[byte / 16] + digits[byte % 16];
    };

    std::u32string points;
    points.reserve(bytes.size());
    std::size_t position = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    while (position < bytes.size()) {
        auto const lead = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[position]));
        std::size_t const length = lead < 0x80                   ? 1
                                   : lead >= 0xC2 && lead < 0xE0 ? 2
                                   : lead >= 0xE0 && lead < 0xF0 ? 3
                                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                                 : 0;
        if (lead == 0) refuse("a NUL byte (a binary file?)", position);
        if (length == 0) {
            refuse("the byte " + hexadecimal(lead) + ", which begins no character,", position);
        }

        constexpr std::array<std::uint32_t, 5> lead_bits{0, 0x7F, 0x1F, 0x0F, 0x07};
        std::uint32_t point = lead & lead_bits[length];
        for (std::size_t k = 1; k < length; ++k) {
            auto const offset = position + k;
            if (offset == bytes.size()) refuse("the end of the text inside a character", offset);
            auto const byte = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[offset]));
            if ((byte & 0xC0U) != 0x80U) {
                refuse("the byte " + hexadecimal(byte) + " inside a character", offset);
            }
            point = point << 6U | (byte & 0x3FU);
        }

        constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
        if (point < smallest[length]) refuse("an overlong sequence", position);
        if (point >= 0xD800 && point < 0xE000) refuse("half of a surrogate pair", position);
        if (point > 0x10FFFF) refuse("a value above U+10FFFF", position);
        points += static_cast<char32_t>(point);
        position += length;
    }
    return points;
}

// The UTF-8 bytes of one code point. `point` must be at most U+10FFFF.
inline std::string encode_utf8(char32_t point)
{
    auto const value = static_cast<std::uint32_t>(point);
    auto const byte = [](std::uint32_t bits) { return static_cast<char>(bits); };
    auto const trailing = [&](std::uint32_t shift) { return byte(0x80U | (value >> shift & 0x3FU)); };
    if (value < 0x80) return {byte(value)};
    if (value < 0x800) return {byte(0xC0U | value >> 6U), trailing(0)};
    if (value < 0x10000) return {byte(0xE0U | value >> 12U), trailing(6), trailing(0)};
    return {byte(0xF0U | value >> 18U), trailing(12), trailing(6), trailing(0)};
}

}  // namespace shared
