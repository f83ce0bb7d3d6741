#pragma once
/// @file
/// Numbers in drawings: the shortest digits that read back as the same number.

#include <rondo/namespaces.hpp>

#include <array>
#include <charconv>
#include <string>

namespace rondo::inline RONDO_ISA::ir_internal {

/// @p value in the fewest digits that read back as the same number.
inline std::string number_text(double value)
{
    std::array<char, 32> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return {digits.data(), end};
}

/// @p value in LaTeX, where an exponent is written as a power of ten.
inline std::string number_latex(double value)
{
    std::string text = number_text(value);
    auto const e = text.find('e');
    if (e == std::string::npos) {
        return text == "inf" ? "\\infty" : text == "-inf" ? "-\\infty" : text;
    }
    std::string const mantissa = text.substr(0, e);
    std::string const power = "10^{" + std::to_string(std::stoi(text.substr(e + 1))) + "}";
    return mantissa == "1" ? power : mantissa + " \\cdot " + power;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
