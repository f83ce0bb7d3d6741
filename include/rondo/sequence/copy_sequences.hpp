#pragma once
/// @file
/// Copies the arrays of a caller to arrays of the library's own.

#include <rondo/sequence/given_sequences.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/per_sequence_views.hpp>
#include <rondo/sequence/sequence_views.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Copies the per-sequence inputs in @p x, of @p batch sequences, to @p to.
/// @throws input_error if a shape is not the expected one.
template <class Sequences, class T, class Sizes, class X>
void copy_per_sequence([[maybe_unused]] X const& x, [[maybe_unused]] Sizes const& sizes,
                       [[maybe_unused]] std::ptrdiff_t batch, [[maybe_unused]] arrays_of<Sequences, T>& to)
{
    if constexpr (Sequences::per_sequence_count > 0) {
        auto const given = per_sequence_views_of<Sequences, T>(x);
        check_per_sequence<Sequences, T>(given, sizes, batch);
        resize_per_sequence<Sequences, T>(to, batch, sizes);
        for (std::size_t k = 0; k < Sequences::per_sequence_count; ++k) {
            std::ptrdiff_t const features = features_of_per_sequence<Sequences>(sizes, k);
            for (std::ptrdiff_t b = 0; b < batch; ++b) {
                given[k].copy_row(b, to.per_sequence(k).data() + b * features, features);
            }
        }
    }
}

/// A copy of @p x, arrays of the inputs or outputs of a step, no lists. They have @p steps and @p batch; 0
/// for any.
/// @throws input_error if a shape is not the expected one.
template <class Sequences, class T, class Sizes, class X>
arrays_of<Sequences, T> copy_sequences(X const& x, Sizes const& sizes, std::ptrdiff_t steps = 0,
                                       std::ptrdiff_t batch = 0)
{
    auto views = views_of<Sequences, T, sequence_kinds::arrays>(x);
    check_sequences<Sequences, T>(views, sizes, steps, batch);
    arrays_of<Sequences, T> copy;
    resize_sequences<Sequences, T>(copy, views[0].steps(), views[0].batch(), sizes);
    for (std::size_t k = 0; k < Sequences::count; ++k) {
        views[k].copy_rows(nth_array(copy, k).data());
    }
    copy_per_sequence<Sequences, T>(x, sizes, views[0].batch(), copy);
    return copy;
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
