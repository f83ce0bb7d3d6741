#pragma once
/// @file
/// The member functions of a layer, for layers that implement all of them by one function.

#include <rondo/model/xtensor.hpp>
#include <rondo/run/move_guard.hpp>
#include <rondo/sequence/call_arguments.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/stack/layer.hpp>

#include <concepts>
#include <cstdint>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Base of @p Layer that implements the functions that layer.hpp lists, except backward(). They call
/// the layer's `run<Save>(x, lengths)`.
template <class Layer, class T>
class layer_interface {
   public:
    using value_type = T;  ///< of the layer's numbers

    /// Runs over @p x, of shape (time, batch, features), or (time, batch) for one feature or symbols, and
    /// saves the values for backward(). Returns the output, valid until the next call. With lengths, @p x is
    /// not read after the end of a sequence, and the output is zero there.
    /// @throws input_error if @p x is empty or the layer rejects it, or a length is not from 1 to the steps
    ///         of @p x.
    template <class X>
    xt::xtensor<T, 3> const& forward(X const& x, layer_arguments&& with = {})
    {
        return call<true>(x, with.lengths);
    }
    /// Computes the output of forward() without saving values and without operations for training only.
    template <class X>
    xt::xtensor<T, 3> const& infer(X const& x, layer_arguments&& with = {})
    {
        return call<false>(x, with.lengths);
    }
    /// The number of forward() and infer() calls so far.
    [[nodiscard]] std::uint64_t runs() const noexcept { return runs_; }

   protected:
    /// @throws std::logic_error if the layer was moved from.
    void check_moved() const { moved_.check(); }

   private:
    template <bool Save, class X>
    xt::xtensor<T, 3> const& call(X const& x, lengths_view lengths)
    {
        static_assert(!sequence_list<X>,
                      "layers take sequences of different lengths as one array with a list of lengths, "
                      "forward(x, {.lengths = lengths}): a list of sequences is for a run alone");
        moved_.check();
        ++runs_;
        auto& self = static_cast<Layer&>(*this);
        if constexpr (std::same_as<X, xt::xtensor<T, 3>>) {
            return self.template run<Save>(x, lengths);
        } else {
            auto given = sequence_view<T>::of_array(x);
            bool const is_flat = given.shape().dimensions() == 2;
            given.check("the input x", {.value = {"features", is_flat ? 1 : 0}});
            resize_sequence(copy_, given.steps(), given.batch(), given.features());
            given.copy_rows(copy_.data());
            return self.template run<Save>(copy_, lengths);
        }
    }

    exec_internal::move_guard moved_;
    std::uint64_t runs_ = 0;
    xt::xtensor<T, 3> copy_;  // of an input that is not an xtensor
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
