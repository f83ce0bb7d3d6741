#pragma once
/// @file
/// The member functions of a layer, for layers that implement all of them by one function.

#include <rondo/model/xtensor.hpp>
#include <rondo/run/move_guard.hpp>
#include <rondo/sequence/call_arguments.hpp>
#include <rondo/stack/carrying.hpp>
#include <rondo/stack/named_inputs.hpp>

#include <cstdint>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Base of @p Layer that implements the functions that layer.hpp lists, except backward(). They call the
/// layer's `begin_run()`, after which backward() is rejected, and then `run<Save>(given, lengths)` with the
/// arrays and lengths of input_copies::take().
template <class Layer, class T, class Inputs>
class layer_interface {
   public:
    using value_type = T;  ///< of the layer's numbers

    /// Runs over @p x, of shape (time, batch, features), or (time, batch) for one feature or symbols, or
    /// several inputs by name, `named("x"_s = x, "mask"_s = mask)`, and saves the values for backward().
    /// Returns the output, valid until the next call. With lengths, @p x is not read after the end of a
    /// sequence, and the output is zero there. @p x may also be a list of sequences, each (time, features),
    /// or (time) for one feature or symbols. The layer copies it into one array, and the output is as long as
    /// the longest sequence. In a stack that carries its states, sequences of a list may be empty.
    /// @throws input_error if @p x is empty or the layer rejects it, if a length is not from 1 to the steps
    ///         of @p x, if there are lengths beside a list, or if lists differ in the lengths of their
    ///         sequences.
    template <class X = exec_internal::numbers_in_braces>
    xt::xtensor<T, 3> const& forward(X const& x, layer_arguments&& with = {})
    {
        return call<true>(x, with.lengths);
    }
    /// Computes the output of forward() without saving values and without operations for training only.
    template <class X = exec_internal::numbers_in_braces>
    xt::xtensor<T, 3> const& infer(X const& x, layer_arguments&& with = {})
    {
        return call<false>(x, with.lengths);
    }
    /// The number of forward() and infer() calls so far.
    [[nodiscard]] std::uint64_t runs() const noexcept { return runs_; }

   protected:
    /// @throws std::logic_error if the layer was moved from.
    void check_moved() const { moved_.check(); }
    /// References to the inputs in the arrays @p x, see input_copies.
    template <class X>
    auto take(X const& x)
    {
        moved_.check();
        return copies_.take(x, {}).arrays;
    }

   private:
    template <bool Save, class X>
    xt::xtensor<T, 3> const& call(X const& x, lengths_view lengths)
    {
        moved_.check();
        ++runs_;
        auto& layer = static_cast<Layer&>(*this);
        layer.begin_run();
        auto const taken = copies_.take(x, lengths, carrying_of<Layer> != carrying::never);
        return layer.template run<Save>(taken.arrays, taken.lengths);
    }

    exec_internal::move_guard moved_;
    std::uint64_t runs_ = 0;
    input_copies<T, Inputs> copies_;
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
