#pragma once
/// @file
/// Sequences of different lengths as rows without padding.

#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/time/time_plan.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Calls `f(row, t, b)` for every row of @p c, whose first step is @p t. `row` counts from the first row of
/// the chunk, t is the step, and b is the index of the sequence in the caller's batch.
template <class F>
void for_each_row(time_plan const& time, chunk const& c, std::ptrdiff_t t, F&& f)
{
    for (std::ptrdiff_t i = 0; i < c.steps; ++i) {
        for (std::ptrdiff_t b = 0; b < c.batch; ++b) {
            f(i * c.batch + b, t + i, original_index(time.lengths().sorted_indices(), b));
        }
    }
}
/// Calls `f(row, t, b)` for every row of a plan.
template <class F>
void for_each_row(time_plan const& time, F&& f)
{
    std::ptrdiff_t t = 0;
    for (chunk const& c : time.chunks().all()) {
        for_each_row(time, c, t, [&](std::ptrdiff_t row, std::ptrdiff_t step, std::ptrdiff_t b) {
            f(c.data_row + row, step, b);
        });
        t += c.steps;
    }
}

/// The rows of a batch of sequences without padding, in the order in which a run takes them: step by step,
/// the longest sequence first.
template <class T>
class packed_sequence {
   public:
    /// Makes room for all rows of @p time.
    void resize(time_plan const& time, std::ptrdiff_t features)
    {
        features_ = features;
        memory_.reserve(time.chunks().rows() * features);
    }
    /// Copies the rows of @p x.
    void pack(time_plan const& time, sequence_view<T> const& x)
    {
        resize(time, x.features());
        for_each_row(time, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
            x.copy_row(t, b, memory_.data() + row * features_, features_);
        });
    }
    /// Copies the rows to an array of shape (time, batch, features), of matrices more, with zeros after the
    /// end of each sequence.
    template <class Array>
    void unpack(time_plan const& time, Array& to) const
    {
        auto const batch = static_cast<std::ptrdiff_t>(to.shape()[1]);
        std::fill(to.data() + time.lengths().shortest() * batch * features_, to.data() + to.size(), T(0));
        for_each_row(time, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
            std::copy_n(memory_.data() + row * features_, features_, to.data() + (t * batch + b) * features_);
        });
    }

    /// The first row.
    T* data() noexcept { return memory_.data(); }
    [[nodiscard]] T const* data() const noexcept { return memory_.data(); }

   private:
    grow_only_buffer<T> memory_;
    std::ptrdiff_t features_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
