#pragma once
/// @file
/// The sequences that a run is given: an array, a padded array with lengths, or a list.

#include <rondo/sequence/check_lengths.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/time/batch_lengths.hpp>
#include <rondo/time/lengths_view.hpp>

#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A batch of the caller's sequences, with the length of each.
template <class T>
struct given_sequences {
    sequence_view<T> rows;   ///< an array or a list
    lengths_view lengths{};  ///< of the sequences of a padded array, or none

    /// Checks the shape and the lengths.
    /// @throws input_error saying what was expected, found and where; @p what names the argument.
    void check(std::string_view what, sequence_extents const& expected)
    {
        rows.check(what, expected);
        if (rows.is_list() && lengths.are_given()) {
            exec_internal::reject("the lengths", "none, as a list has those of its sequences",
                                  concat(lengths.count(), " numbers"));
        }
        check_lengths(lengths, rows.steps(), rows.batch());
    }
    /// Calls `f` with the lengths of all sequences, as a time_plan takes them; after check().
    template <class F>
    void visit_lengths(F const& f) const
    {
        if (rows.is_list()) {
            f(rows.lengths());
        } else if (lengths.are_given()) {
            f(lengths);
        } else {
            f(equal_lengths{.steps = rows.steps(), .batch = rows.batch()});
        }
    }
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
