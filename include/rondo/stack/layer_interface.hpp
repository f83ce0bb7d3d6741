#pragma once
/// @file
/// The calls by which a layer is run, for layers that run the same way in all of them.

#include <rondo/sequence/packed_sequence.hpp>
#include <rondo/stack/layer.hpp>

#include <xtensor/xtensor.hpp>

#include <concepts>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Gives @p Layer, which derives from it, the calls that layer.hpp lists, but for backward(). All
/// of them come to the layer's `run<Keep>(x, lengths)`, with full_length for lengths where there are
/// none.
template <class Layer, class T>
class layer_interface {
   public:
    using value_type = T;  ///< of the layer's numbers

    /// Runs over @p x, of shape (time, batch, features), and keeps what backward() needs, to which
    /// @p x must stay. Returns the output, valid until the next call.
    /// @throws std::invalid_argument if @p x is empty or the layer rejects it.
    template <class X>
    xt::xtensor<T, 3> const& forward(X const& x)
    {
        return call<true>(x, full_length{});
    }
    /// The same over sequences of so many steps each: what @p x has after the end of one is not
    /// read, and the output is zero there.
    /// @throws std::invalid_argument as above, and if a length is not from 1 to the steps of @p x.
    template <class X, length_list Lengths>
    xt::xtensor<T, 3> const& forward(X const& x, Lengths const& lengths)
    {
        return call<true>(x, lengths);
    }
    /// Like forward(), but keeps nothing, and does nothing that is for training only.
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

   private:
    template <bool Keep, class X, class Lengths>
    xt::xtensor<T, 3> const& call(X const& x, Lengths const& lengths)
    {
        static_assert(!sequence_list<X>,
                      "layers take sequences of different lengths as one array with a list of lengths, "
                      "forward(x, lengths): a list of sequences is for a bptt alone");
        auto& self = static_cast<Layer&>(*this);
        if constexpr (!std::same_as<X, xt::xtensor<T, 3>>) {
            if (x.dimension() == 3) {  // layers inside may refer to it until backward()
                taken_ = x;
                return self.template run<Keep>(taken_, lengths);
            }
        }
        return self.template run<Keep>(x, lengths);
    }

    xt::xtensor<T, 3> taken_;  // an input that was none
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
