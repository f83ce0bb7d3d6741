#pragma once
/// @file
/// The result of a gradient check, tensor by tensor, and its output as a table.

#include <rondo/namespaces.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace rondo::inline RONDO_ISA {

/// The result of comparing two derivatives.
enum class verdict : std::uint8_t {
    agrees,     ///< they are equal up to the tolerance
    kink,       ///< the loss has a kink there, and no derivative to compare with
    differs,    ///< they are not equal, or one is not finite
    unchecked,  ///< they were not compared, because the cell chooses the derivative or has a step function
};

/// A verdict as a word.
constexpr std::string_view name_of(verdict v) noexcept
{
    constexpr std::string_view names[] = {"agrees", "kink", "differs", "unchecked"};
    return names[static_cast<int>(v)];
}

/// The result for one tensor of the gradient: of a parameter, the input or an initial state.
struct tensor_report {
    std::string name{};  ///< a parameter's dotted name, "input", "input mask", "initial state 1"
    std::vector<std::size_t> shape{};  ///< empty for a single number
    std::size_t kinks = 0;             ///< entries with a kink, which were not compared
    std::size_t differing = 0;         ///< entries that differ
    double largest_absolute = 0;       ///< largest absolute difference of the entries that were compared
    double largest_relative = 0;       ///< largest difference relative to the larger of the two derivatives
    std::size_t worst = 0;             ///< the entry of the largest relative difference, row by row
    double derived = 0;                ///< its derivative in the derived gradient
    double estimated = 0;              ///< its derivative by differences
    std::size_t first_kink = 0;        ///< the first entry with a kink, if there is one
    /// The operation because of which no entry was compared, such as "with_gradient"; empty if they were.
    std::string unchecked_because{};

    /// The number of entries.
    [[nodiscard]] std::size_t entries() const
    {
        std::size_t n = 1;
        for (std::size_t const extent : shape) {
            n *= extent;
        }
        return n;
    }
    /// `unchecked` if nothing was compared, `differs` if any entry does, else `kink` if any entry has one.
    [[nodiscard]] verdict result() const noexcept
    {
        return !unchecked_because.empty() ? verdict::unchecked
               : differing > 0            ? verdict::differs
               : kinks > 0                ? verdict::kink
                                          : verdict::agrees;
    }
    /// The indices of an entry as text, as in "(2, 0)".
    [[nodiscard]] std::string index_of(std::size_t entry) const
    {
        std::string text{};
        for (std::size_t d = shape.size(); d-- > 0; entry /= shape[d]) {
            text.insert(0, (d > 0 ? ", " : "") + std::to_string(entry % shape[d]));
        }
        return "(" + text + ")";
    }
};

/// The result of a gradient check.
///
/// It prints as a table with a line for each tensor: its name, the number of its entries, the
/// largest absolute and relative difference, the entry with the largest relative difference, the verdict.
struct gradient_report {
    double loss = 0;                       ///< at the point where the gradient was checked
    std::vector<tensor_report> tensors{};  ///< parameters, then inputs, then initial states

    /// Whether nothing differs, and not everything was left unchecked. Entries with a kink were not compared,
    /// nor were unchecked tensors; kinks() and unchecked() count them.
    [[nodiscard]] bool agrees() const noexcept
    {
        return std::none_of(tensors.begin(), tensors.end(),
                            [](tensor_report const& t) { return t.differing > 0; }) &&
               (tensors.empty() || unchecked() < tensors.size());
    }
    /// The number of tensors that were not compared.
    [[nodiscard]] std::size_t unchecked() const noexcept
    {
        return static_cast<std::size_t>(
            std::count_if(tensors.begin(), tensors.end(),
                          [](tensor_report const& t) { return t.result() == verdict::unchecked; }));
    }
    /// The number of entries with a kink.
    [[nodiscard]] std::size_t kinks() const noexcept
    {
        std::size_t n = 0;
        for (tensor_report const& t : tensors) {
            n += t.kinks;
        }
        return n;
    }
    /// The largest relative difference of all.
    [[nodiscard]] double largest_relative() const noexcept
    {
        double largest = 0;
        for (tensor_report const& t : tensors) {
            largest = std::max(largest, t.largest_relative);
        }
        return largest;
    }
};

/// Prints the table.
inline std::ostream& operator<<(std::ostream& to, gradient_report const& r)
{
    std::size_t width = 6;
    for (tensor_report const& t : r.tensors) {
        width = std::max(width, t.name.size());
    }
    std::ostringstream text{};
    auto const column = [&](std::size_t size) -> std::ostream& {
        text.width(static_cast<std::streamsize>(size));
        return text;
    };
    text << std::left << std::scientific;
    column(width) << "tensor"
                  << "  entries  absolute  relative  where         verdict\n";
    for (tensor_report const& t : r.tensors) {
        text.precision(1);
        column(width) << t.name << std::right;
        column(9) << t.entries();
        if (t.result() == verdict::unchecked) {
            column(10) << "-";
            column(10) << "-" << std::left << "  -             unchecked because of " << t.unchecked_because
                       << '\n';
            continue;
        }
        column(10) << t.largest_absolute;
        column(10) << t.largest_relative << "  " << std::left;
        column(12) << t.index_of(t.worst) << "  " << name_of(t.result());
        if (t.differing > 0) {
            text.precision(9);
            text << " at " << t.differing << ": derived " << t.derived << ", estimated " << t.estimated;
        } else if (t.kinks > 0) {
            text << " at " << t.kinks << ", first " << t.index_of(t.first_kink);
        }
        text << '\n';
    }
    return to << text.str();
}

}  // namespace rondo::inline RONDO_ISA
