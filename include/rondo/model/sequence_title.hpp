#pragma once
/// @file
/// The names of sequences in messages.

#include <rondo/namespaces.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The name of a sequence in messages: `the input x`, `the input "mask"`.
struct sequence_title {
    static constexpr std::size_t most = 96;  ///< characters
    char text[most]{};                       ///< the characters
    std::size_t size = 0;                    ///< how many there are

    /// The first text, then the name in quotation marks.
    constexpr sequence_title(std::string_view what, std::string_view name)
    {
        append(what);
        append(" \"");
        append(name);
        append("\"");
    }
    /// A text without a name.
    constexpr explicit sequence_title(std::string_view what) { append(what); }
    constexpr sequence_title() = default;
    /// The characters.
    [[nodiscard]] constexpr std::string_view view() const { return {text, size}; }

   private:
    constexpr void append(std::string_view more) { size += more.copy(text + size, most - size); }
};

/// The titles of @p Count sequences.
template <std::size_t Count, class List>
constexpr std::array<sequence_title, Count> titles_of(List const& list, std::string_view single,
                                                      std::string_view named)
{
    std::array<sequence_title, Count> all{};
    for (std::size_t k = 0; k < Count; ++k) {
        std::string_view const name = list[k].name.view();
        all[k] = name.empty() ? sequence_title(single) : sequence_title(named, name);
    }
    return all;
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
