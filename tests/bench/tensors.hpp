#pragma once
/// @file
/// Tensors by name, as arguments and results of Rondo and its peers.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace rondo::bench {

using numbers = std::vector<float>;

/// Tensors of numbers of type @p T.
template <class T>
using tensors_of = std::map<std::string, std::vector<T>>;

/// Parameters have Rondo's dotted names and are in row-major order; sequences have shape (time, batch,
/// feature). The name of a gradient is "d " and that of its variable; the name of a parameter after an update
/// is "new " and its own.
using tensors = tensors_of<float>;

/// The largest difference, relative to the largest entry expected. Infinite if an entry is NaN
/// or the counts differ.
template <class T>
double relative_difference(std::vector<T> const& found, std::vector<T> const& expected)
{
    if (found.size() != expected.size()) {
        return HUGE_VAL;
    }
    double largest = 0;
    double difference = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        double const d = std::fabs(static_cast<double>(found[i]) - static_cast<double>(expected[i]));
        difference = std::isnan(d) ? HUGE_VAL : std::max(difference, d);
        largest = std::max(largest, std::fabs(static_cast<double>(expected[i])));
    }
    return difference / std::max(largest, 1e-30);
}

/// The largest relative_difference() of the tensors of a run.
/// @throws std::runtime_error if one is larger than @p tolerance, or is missing on one side.
template <class T>
double check_agreement(tensors_of<T> const& found, tensors_of<T> const& expected, double tolerance,
                       std::string const& who)
{
    auto const reject = [&](std::string const& tensor, auto const&... why) {
        std::ostringstream text;
        text << who << ": '" << tensor << "' ";
        (text << ... << why);
        throw std::runtime_error(text.str());
    };
    for (auto const& [tensor, values] : found) {
        if (!expected.contains(tensor)) {
            reject(tensor, "is missing");
        }
    }
    double largest = 0;
    for (auto const& [tensor, values] : expected) {
        if (!found.contains(tensor)) {
            reject(tensor, "is one that Rondo does not have");
        }
        double const d = relative_difference(found.at(tensor), values);
        if (!(d <= tolerance)) {
            reject(tensor, "differs by ", d, " of its largest entry; the most is ", tolerance);
        }
        largest = std::max(largest, d);
    }
    return largest;
}

}  // namespace rondo::bench
