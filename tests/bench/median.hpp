#pragma once
/// @file
/// The median, which is robust against other work on the machine.

#include <algorithm>
#include <cstddef>
#include <vector>

namespace rondo::bench {

/// The median of the values, the upper one for an even number; 0 if there are none.
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
