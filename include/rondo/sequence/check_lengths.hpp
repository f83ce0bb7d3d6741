#pragma once
/// @file
/// Checks the lengths of sequences that are padded to the longest in one array.

#include <rondo/error/input_error.hpp>
#include <rondo/time/lengths_view.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Checks that there is a length for each of @p batch sequences, each from 1 to @p steps, if there are
/// lengths.
/// @throws input_error saying what was expected, found and where.
inline void check_lengths(lengths_view lengths, std::ptrdiff_t steps, std::ptrdiff_t batch)
{
    if (!lengths.are_given()) {
        return;
    }
    if (lengths.count() != batch) {
        exec_internal::reject("the lengths", concat(batch, " numbers, one for each sequence of the batch"),
                              concat(lengths.count()));
    }
    for (std::ptrdiff_t b = 0; b < batch; ++b) {
        if (lengths[b] < 1 || lengths[b] > steps) {
            exec_internal::reject("the lengths", concat("1 to ", steps, " steps"),
                                  concat(lengths[b], " for batch ", b));
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
