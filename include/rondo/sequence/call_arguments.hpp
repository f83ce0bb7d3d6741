#pragma once
/// @file
/// The arguments of a run or of a layer besides the array.

#include <rondo/model/model.hpp>
#include <rondo/sequence/inferred_rows.hpp>
#include <rondo/time/lengths_view.hpp>

namespace rondo::inline RONDO_ISA {

/// Refers to the caller's states, or to none. It is only for arguments, because it does not own the states.
template <class Cell, class T>
class states_view {
   public:
    /// No states.
    states_view() = default;
    /// Refers to @p s.
    states_view(states_of<Cell, T> const& s) noexcept : states_(&s) {}  // NOLINT: an argument

    /// The states; null if there are none.
    [[nodiscard]] states_of<Cell, T> const* get() const noexcept { return states_; }

   private:
    states_of<Cell, T> const* states_ = nullptr;
};

/// The arguments of bptt::forward() besides the input: `{.lengths = {9, 5, 7}, .initial = states}`.
template <class Cell, class T>
struct forward_arguments {
    lengths_view lengths{};          ///< steps of each sequence of a padded array; none for all steps
    states_view<Cell, T> initial{};  ///< each (batch, dimension of the state); none for start() or zeros
};

/// The arguments of bptt::infer() besides the input.
template <class Cell, class T>
struct infer_arguments {
    lengths_view lengths{};          ///< steps of each sequence of a padded array; none for all steps
    states_view<Cell, T> initial{};  ///< each (batch, dimension of the state); none for start() or zeros
    output_steps outputs = output_steps::all;  ///< the steps whose outputs are returned
};

/// The arguments of bptt::backward() besides the gradient of the output.
template <class Cell, class T>
struct backward_arguments {
    states_view<Cell, T> final{};  ///< gradient of the final states, each (batch, dimension); none for zeros
};

/// The arguments of the forward() and infer() of a layer besides the input.
struct layer_arguments {
    lengths_view lengths{};  ///< steps of each sequence; none for all steps
};

}  // namespace rondo::inline RONDO_ISA
