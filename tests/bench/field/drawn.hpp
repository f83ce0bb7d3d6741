#pragma once
/// @file
/// Random inputs of the rows that others publish.

#include <cstddef>
#include <random>
#include <vector>

namespace rondo::bench {

/// Numbers between 0 and 1.
inline std::vector<double> drawn(std::size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> zero_to_one(0, 1);
    std::vector<double> all(count);
    for (double& entry : all) {
        entry = zero_to_one(random);
    }
    return all;
}

}  // namespace rondo::bench
