#pragma once
/// @file
/// The rows of sequences of equal lengths, for tests of the search for bad numbers.

#include <rondo/locate/finished_run.hpp>

#include <cstddef>
#include <vector>

namespace rondo::test {

/// The rows of @p steps steps of @p batch sequences: row t * batch + b for step t of sequence b.
inline exec_internal::row_order rows_of_steps(std::ptrdiff_t steps, std::ptrdiff_t batch)
{
    return {batch, [=](std::ptrdiff_t b) {
                std::vector<exec_internal::timed_row> rows;
                for (std::ptrdiff_t t = 0; t < steps; ++t) {
                    rows.push_back({t * batch + b, t});
                }
                return rows;
            }};
}

}  // namespace rondo::test
