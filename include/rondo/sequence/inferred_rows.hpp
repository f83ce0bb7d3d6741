#pragma once
/// @file
/// The outputs of a run that saves nothing, chunk by chunk: all of them, the last ones or none.

#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/time/time_plan.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA {

/// The outputs that a run gives back.
enum class output_steps : std::uint8_t {
    all,   ///< of every step: (time, batch, output)
    last,  ///< of the last step of each sequence: (1, batch, output)
    none,  ///< of no step, (0, batch, output), for those who want the final states alone
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

namespace detail {

/// The destination of the rows of one output.
template <class T>
class kept_rows {
   public:
    /// Gives @p to, an array of values of shape @p of, the shape of the steps that are wanted.
    template <class Array, class Sizes>
    void start(Array& to, time_plan const& time, output_steps which, std::ptrdiff_t steps, Sizes const& sizes,
               extents of)
    {
        which_ = which;
        std::ptrdiff_t const features = entries_of(sizes, of);
        features_ = features;
        batch_ = time.lengths().batch();
        first_step_ = 0;
        is_in_place_ = which == output_steps::all && !time.lengths().are_sorted();
        std::ptrdiff_t const kept = which == output_steps::all ? steps : which == output_steps::last ? 1 : 0;
        resize_array(to, {{kept, batch_}, sizes, of});
        to_ = to.data();
        if (!is_in_place_) {
            rows_.reserve(time.chunks().extents().rows * features);
        }
        if (which == output_steps::all && time.lengths().are_sorted()) {
            std::fill(to.data() + time.lengths().shortest() * batch_ * features, to.data() + to.size(), T(0));
        }
    }
    T* of_chunk(chunk const& c) { return is_in_place_ ? to_ + c.data_row * features_ : rows_.data(); }
    void finish_chunk(time_plan const& time, std::size_t i)
    {
        chunk const& c = time.chunks()[i];
        if (which_ == output_steps::all && !is_in_place_) {
            for_each_row(time, c, first_step_, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
                copy(row, t * batch_ + b);
            });
        } else if (which_ == output_steps::last) {
            for (std::ptrdiff_t b = time.chunks().active_after(i); b < c.batch; ++b) {
                copy((c.steps - 1) * c.batch + b, original_index(time.lengths().sorted_indices(), b));
            }
        }
        first_step_ += c.steps;
    }

   private:
    void copy(std::ptrdiff_t from, std::ptrdiff_t to)
    {
        std::copy_n(rows_.data() + from * features_, features_, to_ + to * features_);
    }

    grow_only_buffer<T> rows_;  // of a chunk
    T* to_ = nullptr;           // the first row of the result
    output_steps which_ = output_steps::all;
    bool is_in_place_ = false;
    std::ptrdiff_t features_ = 0;
    std::ptrdiff_t batch_ = 0;
    std::ptrdiff_t first_step_ = 0;  // of the chunk
};

}  // namespace detail

/// The destinations of the rows of all outputs, one chunk after the other. Only the rows that the caller
/// wants outlive their chunk, so the memory grows with time only if their number does.
template <class Sequences, class T>
class inferred_rows {
   public:
    /// Gives the arrays of @p to the shape of the outputs that are wanted; if all are, they have @p steps
    /// steps.
    template <class Sizes>
    void start(arrays_of<Sequences, T>& to, time_plan const& time, output_steps which, std::ptrdiff_t steps,
               Sizes const& sizes)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            rows_[k].start(nth_array(to, k), time, which, steps, sizes, shape_in_arrays(Sequences::list[k]));
        }
    }
    /// The destinations of the rows of @p c.
    pointers_of<Sequences, T> of_chunk(chunk const& c)
    {
        pointers_of<Sequences, T> first;
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            first[k] = rows_[k].of_chunk(c);
        }
        return first;
    }
    /// Copies those rows of chunk @p i that are wanted and have not been written in place.
    void finish_chunk(time_plan const& time, std::size_t i)
    {
        for (auto& rows : rows_) {
            rows.finish_chunk(time, i);
        }
    }

   private:
    std::array<detail::kept_rows<T>, Sequences::count> rows_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
