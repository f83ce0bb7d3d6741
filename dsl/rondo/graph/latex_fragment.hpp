#pragma once
/// @file
/// A fragment of an equation in LaTeX, with its precedence, which decides where brackets are needed.

#include <rondo/graph/number_text.hpp>

#include <cstdint>
#include <string>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The precedence of a fragment, lowest first.
enum class binding : std::uint8_t {
    sum,           ///< a + b, -a
    entrywise,     ///< a ⊙ b
    side_by_side,  ///< W x
    whole,         ///< f(x), a fraction
    name,          ///< can have a superscript
};

/// A fragment of an equation.
struct latex_fragment {
    std::string text{};             ///< LaTeX
    binding holds = binding::name;  ///< the precedence of its outermost operation
};

/// @p text in brackets that grow with it.
inline std::string bracketed(std::string const& text) { return "\\left(" + text + "\\right)"; }

/// A number. A power of ten has the precedence of a product, a negative number that of a sum.
inline latex_fragment number_fragment(double value)
{
    std::string const text = number_latex(value);
    bool const power = text.find('^') != std::string::npos;
    return {text, value < 0 ? binding::sum : power ? binding::entrywise : binding::name};
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
