#pragma once
/// @file
/// The sequences that a run gives back, as the rows that it makes.

#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/packed_sequence.hpp>
#include <rondo/time/time_plan.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Gives @p to the shape (time, batch, features). Allocates nothing if it has that already.
template <class T>
void resize_sequence(xt::xtensor<T, 3>& to, std::ptrdiff_t steps, std::ptrdiff_t batch,
                     std::ptrdiff_t features)
{
    to.resize({static_cast<std::size_t>(steps), static_cast<std::size_t>(batch),
               static_cast<std::size_t>(features)});
}

/// The destination of all rows of a run: the array of the result or, if sequences have different lengths,
/// packed rows that are unpacked afterwards.
template <class T>
class output_rows {
   public:
    /// Gives @p to the shape (time, batch, features) and makes room for the rows of @p time. Returns the
    /// first row. The array has @p steps time steps, at least as many as the longest sequence.
    T* make(xt::xtensor<T, 3>& to, time_plan const& time, std::ptrdiff_t steps, std::ptrdiff_t features)
    {
        resize_sequence(to, steps, time.lengths().batch(), features);
        if (!time.lengths().are_sorted()) {
            return to.data();
        }
        packed_.resize(time, features);
        return packed_.data();
    }
    /// Unpacks the rows into @p to, if they are packed, with zeros after the end of each sequence.
    void finish(xt::xtensor<T, 3>& to, time_plan const& time) const
    {
        if (time.lengths().are_sorted()) {
            packed_.unpack(time, to);
        }
    }

   private:
    packed_sequence<T> packed_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
