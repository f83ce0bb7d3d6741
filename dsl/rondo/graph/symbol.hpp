#pragma once
/// @file
/// The name of a value in a drawing, as plain text and in LaTeX.
///
/// Reflection gives names to parameters only, and dotted ones. A drawing that is read beside a paper needs
/// the paper's notation: subscripts, time, and a bar over an adjoint.

#include <rondo/namespaces.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The step that a value belongs to.
enum class moment : std::uint8_t {
    none,    ///< all steps: a parameter
    now,     ///< this step, t
    before,  ///< the step before, t-1, or one before that
};

/// A name with its notation.
struct symbol {
    std::string name{};          ///< dotted, with underscores: `i.W`, `U_n`; empty for none
    moment when = moment::none;  ///< the time index
    bool adjoint = false;        ///< the loss's derivative with respect to the value
    int delay = 1;               ///< how many steps before this one, if it is before

    /// Whether the value has no name.
    [[nodiscard]] bool empty() const noexcept { return name.empty(); }
    /// Whether name and notation are equal.
    friend bool operator==(symbol const&, symbol const&) = default;
};

/// A symbol as plain text: `W_r`, `h[t-1]`, and for adjoints `dW_r`, `dh[t]`.
inline std::string plain(symbol const& s)
{
    std::string const index = s.when == moment::none  ? ""
                              : s.when == moment::now ? "[t]"
                                                      : "[t-" + std::to_string(s.delay) + "]";
    return (s.adjoint ? "d" : "") + s.name + index;
}

namespace detail {

/// A word in mathematics: a Greek letter if it is the name of one, upright if it is longer than
/// a letter.
inline std::string latex_word(std::string_view word)
{
    constexpr std::array<std::string_view, 22> greek{
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta",  "eta", "theta", "iota", "kappa", "lambda",
        "mu",    "nu",   "xi",    "pi",    "rho",     "sigma", "tau", "phi",   "chi",  "psi",   "omega"};
    for (std::string_view const letter : greek) {
        if (word == letter) {
            return "\\" + std::string(word);
        }
    }
    return word.size() == 1 ? std::string(word) : "\\mathrm{" + std::string(word) + "}";
}

}  // namespace detail

/// A symbol in LaTeX. Text before a dot or after an underscore becomes a subscript, and so
/// does time: `first.U_n` gives `U_{\mathrm{first},n}`, a state `h` of the step before `h_{t-1}`.
inline std::string latex(symbol const& s)
{
    std::string base{};
    std::string subscript{};
    auto const add = [&](std::string const& part) { subscript += (subscript.empty() ? "" : ",") + part; };
    std::string_view rest = s.name;
    for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
        std::string_view prefix = rest.substr(0, dot);
        for (auto bar = prefix.find('_'); bar != std::string_view::npos; bar = prefix.find('_')) {
            if (bar > 0) {
                add(detail::latex_word(prefix.substr(0, bar)));
            }
            prefix.remove_prefix(bar + 1);
        }
        if (!prefix.empty()) {
            add(detail::latex_word(prefix));
        }
        rest.remove_prefix(dot + 1);
    }
    while (!rest.empty()) {
        auto const bar = rest.find('_');
        std::string_view const word = rest.substr(0, bar);
        rest.remove_prefix(bar == std::string_view::npos ? rest.size() : bar + 1);
        if (word.empty()) {
            continue;
        }
        if (base.empty()) {
            base = detail::latex_word(word);
        } else {
            add(detail::latex_word(word));
        }
    }
    if (s.when != moment::none) {
        add(s.when == moment::now ? "t" : "t-" + std::to_string(s.delay));
    }
    if (s.adjoint) {
        base = "\\bar{" + base + "}";
    }
    return subscript.empty() ? base : base + "_{" + subscript + "}";
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
