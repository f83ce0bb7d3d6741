#pragma once
/// @file
/// Sequences of different lengths as rows without padding.

#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/sequence.hpp>
#include <rondo/sequence/sequence_list.hpp>
#include <rondo/time/time_plan.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Calls `f(row, t, b)` for every packed row, which is step t of the caller's sequence b.
template <class F>
void for_each_packed_row(time_plan const& time, F&& f)
{
    std::ptrdiff_t t = 0;
    for (chunk const& c : time.chunks().all()) {
        for (std::ptrdiff_t i = 0; i < c.steps; ++i, ++t) {
            for (std::ptrdiff_t b = 0; b < c.batch; ++b) {
                f(c.data_row + i * c.batch + b, t, original_index(time.lengths().sorted_indices(), b));
            }
        }
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
    /// Copies the rows of an array of shape (time, batch, features).
    void pack(time_plan const& time, sequence<T> const& from, std::ptrdiff_t features)
    {
        resize(time, features);
        for_each_packed_row(time, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
            std::copy_n(from.data() + (t * from.shape(1) + b) * features_, features_, at(row));
        });
    }
    /// Copies the rows of a list of sequences, each of shape (time, features).
    template <sequence_list X>
    void pack(time_plan const& time, X const& list, std::ptrdiff_t features)
    {
        resize(time, features);
        for_each_packed_row(time, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
            auto const& s = std::begin(list)[b];
            for (std::ptrdiff_t i = 0; i < features_; ++i) {
                at(row)[i] = static_cast<T>(s(t, i));
            }
        });
    }
    /// Copies the rows to an array of shape (time, batch, features), with zeros after the end of each
    /// sequence.
    void unpack(time_plan const& time, xt::xtensor<T, 3>& to) const
    {
        auto const batch = static_cast<std::ptrdiff_t>(to.shape()[1]);
        std::fill(to.data() + time.lengths().shortest() * batch * features_, to.data() + to.size(), T(0));
        for_each_packed_row(time, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
            std::copy_n(memory_.data() + row * features_, features_, to.data() + (t * batch + b) * features_);
        });
    }

    /// @throws std::invalid_argument naming the first entry that is not finite, by its index in the caller's
    ///         array.
    void check_finite(time_plan const& time, std::string_view what)
    {
        for_each_packed_row(time, [&](std::ptrdiff_t row, std::ptrdiff_t t, std::ptrdiff_t b) {
            for (std::ptrdiff_t i = 0; i < features_; ++i) {
                check_entry(at(row)[i], what, t, b, i);
            }
        });
    }

    /// The first row.
    T* data() noexcept { return memory_.data(); }
    [[nodiscard]] T const* data() const noexcept { return memory_.data(); }

   private:
    T* at(std::ptrdiff_t row) { return memory_.data() + row * features_; }

    grow_only_buffer<T> memory_;
    std::ptrdiff_t features_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
