#pragma once
/// @file
/// A table of text.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

namespace rondo::bench {

/// Three significant digits, and no exponent.
inline std::string digits(double value)
{
    std::ostringstream text;
    int const before = value > 0 ? static_cast<int>(std::floor(std::log10(value))) + 1 : 1;
    text << std::fixed << std::setprecision(std::clamp(3 - before, 0, 6)) << value;
    return text.str();
}
/// Two digits after the point.
inline std::string fixed_digits(double value)
{
    std::ostringstream text;
    text << std::fixed << std::setprecision(2) << value;
    return text.str();
}

/// Rows below a head, with columns of minimal width.
class table {
   public:
    using row = std::vector<std::string>;

    explicit table(row head) : rows_{std::move(head)} {}
    void add(row r) { rows_.push_back(std::move(r)); }

    /// Writes the table, optionally in Markdown, without columns that are empty below the head.
    void print(std::ostream& to, bool markdown) const
    {
        std::vector<std::size_t> widths(rows_[0].size());
        for (row const& r : rows_) {
            for (std::size_t c = 0; c < r.size(); ++c) {
                widths[c] = std::max(widths[c], width(r[c]));
            }
        }
        auto const is_empty = [&](std::size_t c) {
            return std::ranges::all_of(rows_,
                                       [&](row const& r) { return &r == rows_.data() || r[c].empty(); });
        };
        auto const line = [&](row const& r) {
            to << (markdown ? "| " : "");
            for (std::size_t c = 0; c < r.size(); ++c) {
                if (is_empty(c)) {
                    continue;
                }
                to << r[c] << std::string(widths[c] - width(r[c]), ' ') << (markdown ? " | " : "  ");
            }
            to << '\n';
        };
        for (row const& r : rows_) {
            line(r);
            if (markdown && &r == rows_.data()) {
                row rule;
                for (std::size_t const w : widths) {
                    rule.emplace_back(w, '-');
                }
                line(rule);
            }
        }
    }

   private:
    /// The number of characters of a text in UTF-8.
    static std::size_t width(std::string const& text)
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    }

    std::vector<row> rows_;
};

}  // namespace rondo::bench
