#pragma once
/// @file
/// Checks the lengths of sequences: in a padded array, and of several lists.

#include <rondo/error/input_error.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/time/lengths_view.hpp>

#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Checks that there is a length for each of @p batch sequences, each from @p least to @p steps, if there are
/// lengths.
/// @throws input_error saying what was expected, found and where.
inline void check_lengths(lengths_view lengths, std::ptrdiff_t steps, std::ptrdiff_t batch,
                          std::ptrdiff_t least = 1)
{
    if (!lengths.are_given()) {
        return;
    }
    if (lengths.count() != batch) {
        exec_internal::reject("the lengths", concat(batch, " numbers, one for each sequence of the batch"),
                              concat(lengths.count()));
    }
    for (std::ptrdiff_t b = 0; b < batch; ++b) {
        if (lengths[b] < least || lengths[b] > steps) {
            exec_internal::reject("the lengths", concat(least, " to ", steps, " steps"),
                                  concat(lengths[b], " for batch ", b));
        }
    }
}

/// Checks that no @p lengths are given, because a list of sequences has its own.
/// @throws input_error saying how many there are.
inline void check_no_lengths(lengths_view lengths)
{
    if (lengths.are_given()) {
        exec_internal::reject("the lengths", "none, as a list has those of its sequences",
                              concat(lengths.count(), " numbers"));
    }
}

/// Checks that the sequences of the list @p x have the lengths @p first, those of the first list. @p what
/// names the argument.
/// @throws input_error naming the first sequence of another length.
template <class T>
void check_lengths_of_list(sequence_view<T> const& x, lengths_view first, std::string_view what)
{
    if (x.batch() != first.count()) {
        exec_internal::reject(what, concat(first.count(), " sequences, as the first list has"),
                              concat(x.batch()));
    }
    for (std::ptrdiff_t b = 0; b < x.batch(); ++b) {
        if (x.lengths()[b] != first[b]) {
            exec_internal::reject(what, concat(first[b], " steps, as in the first list"),
                                  concat(x.lengths()[b], " for sequence ", b));
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
