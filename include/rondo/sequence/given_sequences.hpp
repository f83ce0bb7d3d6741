#pragma once
/// @file
/// The sequences that a run is given: arrays, padded arrays with lengths, or lists.

#include <rondo/sequence/check_lengths.hpp>
#include <rondo/sequence/expected_extents.hpp>
#include <rondo/sequence/per_sequence_views.hpp>
#include <rondo/sequence/sequence_views.hpp>
#include <rondo/time/batch_lengths.hpp>
#include <rondo/time/lengths_view.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Checks the shapes of all sequences of a step: @p steps steps of @p batch sequences, where 0 stands for any
/// number, equal for all of them. Sequences of lists may be empty if @p has_empty.
/// @throws input_error saying what was expected, found and where.
template <class Sequences, class T, class Sizes>
void check_sequences(sequence_views<Sequences, T>& all, Sizes const& sizes, std::ptrdiff_t steps,
                     std::ptrdiff_t batch, bool has_empty = false)
{
    for (std::size_t k = 0; k < Sequences::count; ++k) {
        sequence_view<T>& one = all[k];
        auto const title = Sequences::titles[k].view();
        if (one.is_list() != all[0].is_list() && !one.is_zeros()) {
            exec_internal::reject(
                title,
                all[0].is_list() ? "a list of sequences, as the others are" : "one array, as the others are",
                one.is_list() ? "a list" : "an array");
        }
        // The steps of a list are those of its longest sequence.
        sequence_extents expected = expected_extents<typename Sequences::cell_type>(
            sizes, Sequences::list[k].shape, one.is_list() ? 0 : steps, one.is_list() ? 0 : batch);
        expected.has_empty = has_empty;
        if (Sequences::list[k].is_symbol) {
            expected.value = {"symbol", 1};
        }
        one.check(title, expected);
        if (one.is_list()) {
            check_lengths_of_list(one, all[0].lengths(), title);
        }
        steps = one.steps();
        batch = one.batch();
    }
}

/// A batch of the caller's sequences of each input of a step, with the length of each.
template <class Sequences, class T>
struct given_sequences {
    sequence_views<Sequences, T> all;                 ///< arrays or lists
    lengths_view lengths{};                           ///< of the sequences of padded arrays, or none
    per_sequence_views<Sequences, T> per_sequence{};  ///< arrays of one value for each sequence

    /// The time steps of the arrays, or of the longest sequence; after check().
    [[nodiscard]] std::ptrdiff_t steps() const noexcept { return all[0].steps(); }
    /// The number of sequences; after check().
    [[nodiscard]] std::ptrdiff_t batch() const noexcept { return all[0].batch(); }

    /// Checks the shapes and the lengths.
    /// @throws input_error saying what was expected, found and where.
    template <class Sizes>
    void check(Sizes const& sizes)
    {
        check_sequences<Sequences, T>(all, sizes, 0, 0);
        sizes.check_rows(Sequences::titles[0].view(), steps(), batch());
        check_given_lengths(1);
        check_per_sequence<Sequences, T>(per_sequence, sizes, batch());
    }
    /// Checks a window of @p expected sequences, 0 for any number, which may have no steps in it.
    /// @throws input_error saying what was expected, found and where.
    template <class Sizes>
    void check_window(Sizes const& sizes, std::ptrdiff_t expected)
    {
        check_sequences<Sequences, T>(all, sizes, 0, expected, true);
        if (expected > 0 && batch() != expected) {
            exec_internal::reject(Sequences::titles[0].view(),
                                  concat(expected, " sequences, as in the calls before"), concat(batch()));
        }
        sizes.check_rows(Sequences::titles[0].view(), steps(), batch());
        check_given_lengths(0);
        check_per_sequence<Sequences, T>(per_sequence, sizes, batch());
    }
    /// The lengths of the sequences of a list, or those that are given; after check().
    [[nodiscard]] lengths_view each_length() const { return all[0].is_list() ? all[0].lengths() : lengths; }
    /// Calls `f` with the lengths of all sequences, as a time_plan takes them; after check().
    template <class F>
    void visit_lengths(F const& f) const
    {
        if (all[0].is_list()) {
            f(all[0].lengths());
        } else if (lengths.are_given()) {
            f(lengths);
        } else {
            f(equal_lengths{.steps = steps(), .batch = batch()});
        }
    }

   private:
    void check_given_lengths(std::ptrdiff_t least) const
    {
        if (all[0].is_list()) {
            check_no_lengths(lengths);
        }
        check_lengths(lengths, steps(), batch(), least);
    }
};

/// Refers to the sequences of @p x, of which padded ones have these @p lengths.
template <class Sequences, class T, class X>
given_sequences<Sequences, T> sequences_of(X const& x, lengths_view lengths)
{
    return {views_of<Sequences, T>(x), lengths, per_sequence_views_of<Sequences, T>(x)};
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
