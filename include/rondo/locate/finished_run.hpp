#pragma once
/// @file
/// The arguments and results of a run, as data that is read at run time.

#include <rondo/locate/recorded_model.hpp>
#include <rondo/time/time_plan.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// States of the caller's batch, or their gradients, each (batch, dimension of the state); none for zeros.
using state_numbers = static_vector<number_view, max_states>;

/// The sequences of each input or output of a step, or their gradients.
using sequence_numbers = static_vector<number_view, max_sequences>;

/// A row of a sequence, and the time of its step, as the caller counts.
struct timed_row {
    std::ptrdiff_t row = 0;   ///< in memory
    std::ptrdiff_t time = 0;  ///< of the step

    friend bool operator==(timed_row, timed_row) = default;
};

/// The order of the rows of a run in memory: that of a time plan, or what a function finds.
class row_order {
   public:
    row_order() = default;
    /// The rows of @p plan, to which it refers.
    row_order(time_plan const& plan) noexcept  // NOLINT: an argument
        : time_(&plan), batch_(plan.lengths().batch())
    {
    }
    /// Rows of @p count sequences: `find(b)` is a list of those of sequence b, in the order of its steps.
    row_order(std::ptrdiff_t count, std::function<std::vector<timed_row>(std::ptrdiff_t b)> find)
        : batch_(count), find_(std::move(find))
    {
    }

    /// How many sequences there are.
    [[nodiscard]] std::ptrdiff_t batch() const noexcept { return batch_; }
    /// The place of sequence @p b among the sequences of a step, if there is a time plan.
    [[nodiscard]] std::ptrdiff_t place_of(std::ptrdiff_t b) const
    {
        if (time_ != nullptr) {
            if (auto const order = time_->lengths().sorted_indices(); !order.empty()) {
                return std::ranges::find(order, b) - order.begin();
            }
        }
        return b;
    }
    /// The rows of sequence @p b in the order of its steps.
    [[nodiscard]] std::vector<timed_row> rows_of(std::ptrdiff_t b) const
    {
        if (find_) {
            return find_(b);
        }
        std::vector<timed_row> rows;
        std::ptrdiff_t const place = place_of(b);
        for (chunk const& c : time_->chunks().all()) {
            for (std::ptrdiff_t t = 0; t < c.steps && place < c.batch; ++t) {
                rows.push_back({c.data_row + t * c.batch + place, std::ssize(rows)});
            }
        }
        return rows;
    }

   private:
    time_plan const* time_ = nullptr;
    std::ptrdiff_t batch_ = 0;
    std::function<std::vector<timed_row>(std::ptrdiff_t b)> find_{};
};

/// Refers to the arguments and results of a forward run that has finished, and of its backward run, if any.
///
/// The rows of the inputs and of the output gradients have an order of their own; all other arrays are in the
/// caller's order.
struct finished_run {
    recorded_model model{};                  ///< its step, sizes and parameters
    row_order rows{};                        ///< of inputs and output gradients
    sequence_numbers inputs{};               ///< each (rows, features)
    sequence_numbers per_sequence{};         ///< each (batch, features), in the order of the rows
    state_numbers initial{};                 ///< the states before the first step of each sequence
    std::vector<char> starts{};              ///< by sequence: whether it begins with start() all the same
    sequence_numbers outputs{};              ///< each (time, batch, features); may have the last step or none
    state_numbers final{};                   ///< the states after the last step of each sequence
    bool is_backward = false;                ///< whether there was a backward run
    sequence_numbers output_gradients{};     ///< each (rows, features)
    state_numbers final_gradient{};          ///< with respect to the final states
    sequence_numbers input_gradients{};      ///< each (time, batch, features)
    state_numbers per_sequence_gradients{};  ///< with respect to the per-sequence inputs
    state_numbers initial_gradient{};        ///< with respect to the initial states
    static_vector<number_view, max_parameters> parameter_gradients{};  ///< row by row
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
