// Joins the lines of a text into paragraphs.
//
// Licences are wrapped, indented, centred and ruled. A model of their characters learns these blanks and
// dashes first, and writes mostly blanks. In a text of paragraphs it learns words.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace shared {

// The paragraphs of `text`, each on a line of its own, in which words are separated by single spaces. A
// paragraph ends before a line that has no letter or digit, such as an empty line or a ruler; such lines
// are dropped.
inline std::u32string paragraphs(std::u32string_view text)
{
    auto const is_alphanumeric = [](char32_t c) {
        return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || c > 0x7F;
    };
    auto const is_blank = [](char32_t c) { return c == U' ' || (c >= U'\t' && c <= U'\r'); };
    std::u32string out;
    bool begins = true;  // whether the next word begins a paragraph
    while (!text.empty()) {
        auto line = text.substr(0, text.find(U'\n'));
        text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
        if (std::ranges::none_of(line, is_alphanumeric)) {
            begins = true;
            continue;
        }
        while (!line.empty()) {
            auto const end = std::ranges::find_if(line, is_blank);
            auto const word = line.substr(0, static_cast<std::size_t>(end - line.begin()));
            line.remove_prefix(word.size() < line.size() ? word.size() + 1 : word.size());
            if (word.empty()) continue;
            if (!out.empty()) out += begins ? U'\n' : U' ';
            out += word;
            begins = false;
        }
    }
    if (!out.empty()) out += U'\n';
    return out;
}

}  // namespace shared
