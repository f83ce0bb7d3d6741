#pragma once
/// @file
/// Concatenates the parts of messages.

#include <rondo/namespaces.hpp>

#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A part of a message: a number, or a reference to a text.
class message_part {
   public:
    /// Refers to a text.
    message_part(std::string_view text) noexcept : text_(text) {}  // NOLINT: an argument
    /// Refers to a text.
    message_part(char const* text) noexcept : text_(text) {}  // NOLINT: an argument
    /// Refers to a text.
    message_part(std::string const& text) noexcept : text_(text) {}  // NOLINT: an argument
    /// A number.
    template <std::unsigned_integral I>
    message_part(I number) noexcept : kind_(kind::natural), natural_(number)  // NOLINT: an argument
    {
    }
    /// A number.
    template <std::signed_integral I>
    message_part(I number) noexcept : kind_(kind::integer), integer_(number)  // NOLINT: an argument
    {
    }
    /// A number.
    template <std::floating_point F>
    message_part(F number) noexcept : kind_(kind::real), real_(static_cast<double>(number))  // NOLINT
    {
    }

    /// Appends the part to @p to; floating-point numbers have at most six significant digits.
    [[gnu::cold]] void append_to(std::string& to) const
    {
        std::array<char, 32> digits{};
        switch (kind_) {
            case kind::text: to += text_; return;
            case kind::natural: to += std::to_string(natural_); return;
            case kind::integer: to += std::to_string(integer_); return;
            default:
                // A NaN has a sign, which says nothing.
                std::snprintf(digits.data(), digits.size(), "%g",
                              std::isnan(real_) ? std::fabs(real_) : real_);
                to += digits.data();
        }
    }

   private:
    enum class kind : std::uint8_t { text, natural, integer, real };

    kind kind_ = kind::text;
    std::string_view text_{};
    std::uint64_t natural_ = 0;
    std::int64_t integer_ = 0;
    double real_ = 0;
};

/// Concatenates @p count parts.
[[gnu::cold]] inline std::string concat_parts(message_part const* parts, std::size_t count)
{
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
        parts[i].append_to(all);
    }
    return all;
}

/// Concatenates @p parts. The work is done by concat_parts(), which is compiled once: programs contain many
/// messages and print few.
template <class... Parts>
[[gnu::cold]] std::string concat(Parts const&... parts)
{
    std::array<message_part, sizeof...(Parts)> const all{message_part(parts)...};
    return concat_parts(all.data(), all.size());
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
