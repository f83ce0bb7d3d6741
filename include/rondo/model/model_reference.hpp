#pragma once
/// @file
/// How a run refers to a model.

#include <rondo/model/model.hpp>
#include <rondo/model/model_contents.hpp>

#include <memory>
#include <stdexcept>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The contents of a model, owned together with the model and other runs.
template <class Cell, class T, class... Fixed>
class model_reference {
   public:
    /// Refers to the contents of @p m.
    /// @throws std::logic_error if @p m was moved from.
    model_reference(model<Cell, T, Fixed...> const& m)  // NOLINT: a pass is made from a model
        : contents_(m.owned_contents())
    {
    }

    /// Follows the model to the contents that have replaced its old ones since the last call, if any: a model
    /// into which another one with runs is moved takes the contents of that one.
    /// @throws std::logic_error if the new contents have other sizes.
    void update()
    {
        while (contents_->successor != nullptr) {
            std::shared_ptr<contents_type> const next = contents_->successor;
            if (!(next->bound == contents_->bound)) {
                throw std::logic_error(
                    "rondo: the model of this run was replaced by a model of other sizes, which needs a run "
                    "of its own");
            }
            contents_ = next;
        }
    }

    /// The model's sizes.
    [[nodiscard]] auto const& bound() const noexcept { return contents_->bound; }
    /// The model's parameters.
    [[nodiscard]] rondo::parameters<Cell, T>& parameters() const noexcept { return contents_->parameters; }

   private:
    using contents_type = model_contents<Cell, T, Fixed...>;

    std::shared_ptr<contents_type> contents_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
