#pragma once
/// @file
/// Which layers carry their states from call to call, and how a stack runs them.

#include <rondo/run/truncated_bptt.hpp>
#include <rondo/run/window_access.hpp>
#include <rondo/stack/layer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Whether a layer carries its states from call to call.
enum class carrying : std::uint8_t {
    never,   ///< each call begins with states of zeros
    either,  ///< it has no states, or none of its own
    always,  ///< each call begins with the states after the last one
};

/// Finds out whether a layer carries its states. A class of the user's does not.
template <class L>
struct find_carrying {
    static constexpr carrying value = carrying::never;  ///< as found
};
template <class Cell, class T, class... Fixed>
struct find_carrying<truncated_bptt<Cell, T, Fixed...>> {
    static constexpr carrying value = carrying::always;  ///< as found
};

/// Whether a layer, or a reference to one, carries its states.
template <class L>
inline constexpr carrying carrying_of = find_carrying<std::remove_cvref_t<L>>::value;

/// Whether layers that follow each other carry their states together. The message names them.
template <class... L>
struct carry_together {
    static_assert(
        ((carrying_of<L> != carrying::always) && ...) || ((carrying_of<L> != carrying::never) && ...),
        "in a stack with a truncated_bptt all layers carry their states from call to call: use "
        "truncated_bptt, dropout, residual and stacks of these, and no bptt, bidirectional or class "
        "of yours");
    /// Of the layers together.
    static constexpr carrying value = ((carrying_of<L> == carrying::never) || ...)    ? carrying::never
                                      : ((carrying_of<L> == carrying::either) && ...) ? carrying::either
                                                                                      : carrying::always;
};

/// Runs a window of a layer that carries its states over the inputs of with_inputs(), see window_access.
template <bool Save, class L, class Given>
xt::xtensor<number_of<L>, 3> const& open_layer(L& l, xt::xtensor<number_of<L>, 3> const& x,
                                               Given const& given, lengths_view lengths)
{
    return with_inputs<L, false>(x, given, [&](auto const& all) -> auto const& {
        return exec_internal::window_access::open<Save>(l, all, lengths);
    });
}

/// Adds the last steps of @p a and @p b, of one batch and number of features, to @p sum, which has the steps
/// of the longer one. Steps that the shorter one does not have count as zeros.
template <class T>
void add_last_steps(xt::xtensor<T, 3> const& a, xt::xtensor<T, 3> const& b, xt::xtensor<T, 3>& sum)
{
    xt::xtensor<T, 3> const& longer = a.shape()[0] < b.shape()[0] ? b : a;
    xt::xtensor<T, 3> const& other = &longer == &a ? b : a;
    sum.resize(longer.shape());
    std::copy(longer.begin(), longer.end(), sum.begin());
    T* to = sum.data() + (sum.size() - other.size());
    for (T const one : other) {
        *to++ += one;
    }
}

/// Copies the last @p steps steps of @p from to @p to.
template <class T>
void copy_last_steps(xt::xtensor<T, 3> const& from, std::ptrdiff_t steps, xt::xtensor<T, 3>& to)
{
    to.resize({static_cast<std::size_t>(steps), from.shape()[1], from.shape()[2]});
    std::copy_n(from.data() + (from.size() - to.size()), to.size(), to.data());
}

}  // namespace rondo::inline RONDO_ISA::stack_internal
