#pragma once
/// @file
/// The member functions of a layer, for layers that implement all of them by one function.

#include <rondo/model/xtensor.hpp>
#include <rondo/run/move_guard.hpp>
#include <rondo/sequence/lengths.hpp>
#include <rondo/sequence/sequence_list.hpp>
#include <rondo/stack/layer.hpp>

#include <concepts>
#include <cstdint>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Base of @p Layer that implements the functions that layer.hpp lists, except backward(). They call
/// the layer's `run<Keep>(x, lengths)`, with full_length where no lengths are given.
template <class Layer, class T>
class layer_interface {
   public:
    using value_type = T;  ///< of the layer's numbers

    /// Runs over @p x, of shape (time, batch, features), and saves the values for backward(). Until then,
    /// @p x must stay unchanged. Returns the output, valid until the next call.
    /// @throws std::invalid_argument if @p x is empty or the layer rejects it.
    template <class X>
    xt::xtensor<T, 3> const& forward(X const& x)
    {
        return call<true>(x, full_length{});
    }
    /// Runs over sequences of different lengths. After the end of a sequence @p x is not read, and the output
    /// is zero.
    /// @param x (time, batch, features)
    /// @param lengths the number of steps of each sequence
    /// @throws std::invalid_argument as above, and if a length is not from 1 to the steps of @p x.
    template <class X, length_list Lengths>
    xt::xtensor<T, 3> const& forward(X const& x, Lengths const& lengths)
    {
        return call<true>(x, lengths);
    }
    /// Computes the output of forward() without saving values and without operations for training only.
    template <class X>
    xt::xtensor<T, 3> const& infer(X const& x)
    {
        return call<false>(x, full_length{});
    }
    template <class X, length_list Lengths>
    xt::xtensor<T, 3> const& infer(X const& x, Lengths const& lengths)
    {
        return call<false>(x, lengths);
    }
    /// The number of forward() and infer() calls so far.
    [[nodiscard]] std::uint64_t runs() const noexcept { return runs_; }

   protected:
    /// @throws std::logic_error if the layer was moved from.
    void check_moved() const { moved_.check(); }

   private:
    template <bool Keep, class X, class Lengths>
    xt::xtensor<T, 3> const& call(X const& x, Lengths const& lengths)
    {
        static_assert(!sequence_list<X>,
                      "layers take sequences of different lengths as one array with a list of lengths, "
                      "forward(x, lengths): a list of sequences is for a bptt alone");
        moved_.check();
        ++runs_;
        auto& self = static_cast<Layer&>(*this);
        if constexpr (!std::same_as<X, xt::xtensor<T, 3>>) {
            if (x.dimension() == 3) {  // layers inside may refer to it until backward()
                taken_ = x;
                return self.template run<Keep>(taken_, lengths);
            }
        }
        return self.template run<Keep>(x, lengths);
    }

    exec_internal::move_guard moved_;
    std::uint64_t runs_ = 0;
    xt::xtensor<T, 3> taken_;  // copy of an input that is not an xtensor
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
