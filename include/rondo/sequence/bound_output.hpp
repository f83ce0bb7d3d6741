#pragma once
/// @file
/// A sequence that a run writes, as the rows that the run makes.

#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/packed_sequence.hpp>
#include <rondo/sequence/sequence.hpp>
#include <rondo/time/time_plan.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The destination of a run's rows: the array of the result or, if sequences have different lengths, packed
/// rows that are unpacked afterwards.
template <class T>
class bound_output {
   public:
    /// Gives @p to the shape (time, batch, features) and makes room for the rows of @p time. Returns the
    /// first row. The array has @p steps time steps, at least as many as the longest sequence.
    T* make_rows(xt::xtensor<T, 3>& to, time_plan const& time, std::ptrdiff_t steps, std::ptrdiff_t features)
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
