#pragma once
/// @file
/// The median: what a neighbour on the machine disturbs least.

#include <algorithm>
#include <cstddef>
#include <vector>

namespace rondo::bench {

/// The middle one of the values, of an even number the upper; 0 of none.
inline double median(std::vector<double> values)
{
    if (values.empty()) {
        return 0;
    }
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

}  // namespace rondo::bench
