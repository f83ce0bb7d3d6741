// Wraps long lines between words, so that a paragraph can be read on a terminal.
#pragma once

#include <cstddef>
#include <string>

namespace characters {

// `text` with line breaks in place of some spaces: no line has more than `columns` bytes, unless one word
// has.
inline std::string wrap(std::string text, std::size_t columns)
{
    std::size_t begin = 0;                  // of the current line
    std::size_t space = std::string::npos;  // the last one in it
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') {
            begin = i + 1;
            space = std::string::npos;
            continue;
        }
        if (text[i] == ' ') space = i;
        if (i - begin >= columns && space != std::string::npos) {
            text[space] = '\n';
            begin = space + 1;
            space = std::string::npos;
        }
    }
    return text;
}

}  // namespace characters
