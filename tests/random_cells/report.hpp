#pragma once
/// @file
/// Compares the results of two runs of a cell, and counts the comparisons.

#include "unit/random_run.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rondo::random_cells {

using test::named_tensor;
using test::tensors;

/// Rounding of results that are computed in another order, relative to the scale of a tensor. Each operation
/// adds some 1e-16, which a step may magnify. The largest difference of the first cells was 2e-14, of the
/// first 28 with matrices 4e-15; a wrong result differs by 1e-4 and more.
inline constexpr double rounding = 1e-11;
/// That of float beside double, where an operation adds 6e-8. The largest of the first cells was 1e-6.
inline constexpr double float_rounding = 1e-4;

/// The largest difference of two lists of tensors. It is relative to the scale of each tensor, its largest
/// entry or a thousandth of the largest of all: where terms of a gradient cancel, what is left is their
/// rounding. Infinite if the lists do not fit or an entry is NaN.
struct largest_difference {
    double value = 0;
    std::string tensor{"nothing"};

    largest_difference(tensors const& a, tensors const& b)
    {
        if (a.size() != b.size()) {
            value = HUGE_VAL;
            return;
        }
        double all = 0;
        for (named_tensor const& t : b) {
            all = std::max(all, magnitude(t));
        }
        for (std::size_t i = 0; i < a.size(); ++i) {
            double const apart = distance(a[i], b[i]);
            double const scale = std::max(magnitude(b[i]), 1e-3 * all);
            double const relative = apart <= 0 ? 0 : apart / scale;
            if (relative > value) {
                value = relative;
                tensor = b[i].name;
            }
        }
    }

   private:
    static double magnitude(named_tensor const& t)
    {
        double largest = 0;
        for (double const e : t.entries) {
            largest = std::max(largest, std::fabs(e));
        }
        return largest;
    }
    static double distance(named_tensor const& a, named_tensor const& b)
    {
        if (a.entries.size() != b.entries.size()) {
            return HUGE_VAL;
        }
        double largest = 0;
        for (std::size_t i = 0; i < a.entries.size(); ++i) {
            double const d = std::fabs(a.entries[i] - b.entries[i]);
            largest = std::isnan(d) ? HUGE_VAL : std::max(largest, d);
        }
        return largest;
    }
};

/// Counts comparisons and failures, and keeps the largest differences.
class report {
   public:
    /// Compares @p a with @p b up to @p tolerance; 0 for equal bits.
    void compare(std::string const& what, tensors const& a, tensors const& b, double tolerance)
    {
        largest_difference const d(a, b);
        double& largest = largest_[what];
        largest = std::max(largest, d.value);
        for (named_tensor const& t : b) {
            numbers_ += t.entries.size();
        }
        require(d.value <= tolerance,
                what + ": " + d.tensor + " differs by " + text_of(d.value) + " of its scale");
    }
    /// Compares two numbers, relative to @p scale.
    void compare(std::string const& what, double a, double b, double scale, double tolerance)
    {
        double& largest = largest_[what];
        double const apart = std::fabs(a - b) / scale;
        largest = std::isnan(apart) ? HUGE_VAL : std::max(largest, apart);
        ++numbers_;
        require(apart <= tolerance, what + ": " + text_of(a) + " and " + text_of(b) + " differ by " +
                                        text_of(apart) + " of their scale");
    }
    /// Counts a comparison, which failed with a message or not.
    void require(bool holds, std::string const& message)
    {
        ++comparisons_;
        if (!holds) {
            ++failures_;
            std::printf("FAILED %s\n", message.c_str());
        }
    }
    /// Counts a check that does not apply to the cell.
    void skip(std::string const& what, std::string const& why)
    {
        skipped_.push_back(what + " (" + why + ")");
    }
    /// Adds compared numbers.
    void add_numbers(std::size_t count) { numbers_ += count; }

    /// Prints one line of counts and one of the largest differences. Returns an exit status.
    int finish() const
    {
        std::printf("%zu comparisons of %zu numbers, %zu failed, %zu skipped", comparisons_, numbers_,
                    failures_, skipped_.size());
        for (std::string const& one : skipped_) {
            std::printf("; %s", one.c_str());
        }
        std::printf("\nlargest differences:");
        for (auto const& [what, value] : largest_) {
            std::printf(" %s %s;", what.c_str(), text_of(value).c_str());
        }
        std::printf("\n");
        return failures_ == 0 ? 0 : 1;
    }

   private:
    static std::string text_of(double v)
    {
        char text[32];
        std::snprintf(text, sizeof text, "%.3g", v);
        return text;
    }

    std::map<std::string, double> largest_{};
    std::vector<std::string> skipped_{};
    std::size_t comparisons_ = 0;
    std::size_t numbers_ = 0;
    std::size_t failures_ = 0;
};

}  // namespace rondo::random_cells
