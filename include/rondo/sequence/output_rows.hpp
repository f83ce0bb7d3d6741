#pragma once
/// @file
/// The sequences that a run gives back, as the rows that it makes.

#include <rondo/model/step_sequences.hpp>
#include <rondo/model/value_arrays.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/pass/find_stage_results.hpp>
#include <rondo/sequence/packed_sequence.hpp>
#include <rondo/time/time_plan.hpp>

#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Gives @p to the shape (time, batch, features). Allocates nothing if it has that and its entries already.
template <class T>
void resize_sequence(xt::xtensor<T, 3>& to, std::ptrdiff_t steps, std::ptrdiff_t batch,
                     std::ptrdiff_t features)
{
    to.resize({static_cast<std::size_t>(steps), static_cast<std::size_t>(batch),
               static_cast<std::size_t>(features)},
              is_moved_from(to));
}

/// Gives the arrays of the @p wanted sequences of a step the shape (time, batch, features), those of matrices
/// all their dimensions. The others stay as they are.
template <class Sequences, class T, class Sizes>
void resize_sequences(arrays_of<Sequences, T>& to, std::ptrdiff_t steps, std::ptrdiff_t batch,
                      Sizes const& sizes, input_set wanted = true)
{
    for (std::size_t k = 0; k < Sequences::count; ++k) {
        if (wanted.has(k)) {
            resize_array(nth_array(to, k), {{steps, batch}, sizes, shape_in_arrays(Sequences::list[k])});
        }
    }
}

/// The destinations of all rows of a run: the arrays of the result or, if sequences have different lengths,
/// packed rows that are unpacked afterwards.
template <class Sequences, class T>
class output_rows {
   public:
    /// Gives the @p wanted arrays of @p to the shape (time, batch, features) and makes room for the rows of
    /// @p time. Returns the first row of each, null for the others. The arrays have @p steps time steps, at
    /// least as many as the longest sequence.
    template <class Sizes>
    pointers_of<Sequences, T> make(arrays_of<Sequences, T>& to, time_plan const& time, std::ptrdiff_t steps,
                                   Sizes const& sizes, input_set wanted = true)
    {
        resize_sequences<Sequences, T>(to, steps, time.lengths().batch(), sizes, wanted);
        pointers_of<Sequences, T> first;
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            if (!wanted.has(k)) {
                first[k] = nullptr;
            } else if (time.lengths().are_sorted()) {
                packed_[k].resize(time, features_of<Sequences>(sizes, k));
                first[k] = packed_[k].data();
            } else {
                first[k] = nth_array(to, k).data();
            }
        }
        return first;
    }
    /// Unpacks the @p wanted rows into @p to, if they are packed, with zeros after the end of each sequence.
    void finish(arrays_of<Sequences, T>& to, time_plan const& time, input_set wanted = true) const
    {
        for (std::size_t k = 0; k < Sequences::count && time.lengths().are_sorted(); ++k) {
            if (wanted.has(k)) {
                packed_[k].unpack(time, nth_array(to, k));
            }
        }
    }

   private:
    std::array<packed_sequence<T>, Sequences::count> packed_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
