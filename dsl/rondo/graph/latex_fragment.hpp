#pragma once
/// @file
/// A piece of an equation in LaTeX, and how tightly it holds together: where brackets are needed.

#include <rondo/graph/number_text.hpp>

#include <cstdint>
#include <string>

namespace rondo::inline RONDO_ISA::ir_internal {

/// How tightly a piece of an equation holds together: loosest first.
enum class binding : std::uint8_t {
    sum,           ///< a + b, -a
    entrywise,     ///< a ⊙ b
    side_by_side,  ///< W x
    whole,         ///< f(x), a fraction
    name,          ///< can bear a superscript
};

/// A piece of an equation.
struct latex_fragment {
    std::string text{};             ///< LaTeX
    binding holds = binding::name;  ///< as a whole
};

/// @p text in brackets that grow with it.
inline std::string bracketed(std::string const& text) { return "\\left(" + text + "\\right)"; }

/// A number. A power of ten holds together as a product does, a negative one as a sum.
inline latex_fragment number_piece(double value)
{
    std::string const text = number_latex(value);
    bool const power = text.find('^') != std::string::npos;
    return {text, value < 0 ? binding::sum : power ? binding::entrywise : binding::name};
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
