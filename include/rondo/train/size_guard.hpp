#pragma once
/// @file
/// Checks that an optimiser is used with one number of parameters.

#include <rondo/error/input_error.hpp>

#include <cstddef>
#include <string>

namespace rondo::inline RONDO_ISA::train_internal {

/// The number of entries that an optimiser was first used with. Its state has that size,
/// so later calls must have the same number.
class size_guard {
   public:
    /// Whether the number is not known yet, so that the state must be allocated.
    /// @param parameters entries of the parameters of an update.
    /// @param gradients entries of its gradients.
    /// @throws input_error if they differ from each other or from the known number.
    [[nodiscard]] bool is_new(std::size_t parameters, std::size_t gradients) const
    {
        if (parameters != gradients) {
            exec_internal::reject("update", concat("as many gradients as parameters, ", parameters),
                                  std::to_string(gradients));
        }
        if (known_ && parameters != count_) {
            exec_internal::reject("update", concat(count_, " parameters as in earlier calls"),
                                  concat(parameters, "; reset() lets an optimiser start anew"));
        }
        return !known_;
    }
    /// Sets the number, after the state has been allocated.
    void set(std::size_t parameters) noexcept
    {
        known_ = true;
        count_ = parameters;
    }
    /// Resets the number.
    void reset() noexcept { known_ = false; }

   private:
    std::size_t count_ = 0;
    bool known_ = false;
};

}  // namespace rondo::inline RONDO_ISA::train_internal
