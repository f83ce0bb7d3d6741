#pragma once
/// @file
/// The states of a cell: arrays by position and, where the step takes a struct of states, by name.

#include <rondo/lang/names.hpp>
#include <rondo/model/value_arrays.hpp>
#include <rondo/pass/pipeline.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <string_view>
#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The number of states of a cell.
template <class Cell>
inline constexpr std::size_t state_count = compiled<Cell>::shapes.states.size();

/// How many steps ago state @p k of a cell was computed.
template <class Cell>
constexpr std::ptrdiff_t delay_of_state(std::size_t k)
{
    return compiled<Cell>::shapes.delays[k];
}
/// The numbers of state @p k of a cell for one sequence: those of all steps that it is carried over.
template <class Cell, class Sizes>
constexpr std::ptrdiff_t entries_of_state(Sizes const& sizes, std::size_t k)
{
    return delay_of_state<Cell>(k) * entries_of(sizes, compiled<Cell>::shapes.states[k]);
}
/// The extents of state @p k of @p batch sequences in an array.
template <class Cell, class Sizes>
array_extents extents_of_state(Sizes const& sizes, std::size_t k, std::ptrdiff_t batch)
{
    array_extents extents({batch}, sizes, compiled<Cell>::shapes.states[k]);
    extents.all[1] *= static_cast<std::size_t>(delay_of_state<Cell>(k));
    return extents;
}

/// How many extents a state of a cell has behind that of the batch; 0 if that differs.
template <class Cell>
inline constexpr std::size_t rank_of_states = common_rank(compiled<Cell>::shapes.states, std::identity{});

/// The type of the array of a state of a cell.
template <class Cell, class T>
using state_array = value_array<T, 1, rank_of_states<Cell>>;
/// The arrays of all states of a cell.
template <class Cell, class T>
using state_arrays = value_arrays<T, 1, rank_of_states<Cell>, state_count<Cell>>;

/// Whether a state of a cell has a name.
template <class Cell>
inline constexpr bool has_named_states =
    std::any_of(compiled<Cell>::shapes.state_names.begin(), compiled<Cell>::shapes.state_names.end(),
                [](auto const& name) { return !name.view().empty(); });

/// The index of the state of a name. A name that the cell does not have does not compile; the message names
/// the cell and spells the name.
template <class Cell, class Name>
struct cell_has_state {
    static constexpr std::size_t index = [] {
        auto const& names = compiled<Cell>::shapes.state_names;
        std::size_t k = 0;
        while (k < names.size() && names[k].view() != Name::view()) {
            ++k;
        }
        return k;
    }();  ///< the index
    static_assert(
        index < state_count<Cell>,
        "this cell has no state of this name; states have names if the step takes a struct that lists "
        "them with RONDO_MEMBERS: those of its members");
    static constexpr bool value = index < state_count<Cell>;  ///< whether there is one
};

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The states of a cell whose step takes a struct of states: a std::array of tensors, of which one can also
/// be found by name: `states["h"_s]`.
template <class Cell, class T>
struct named_states : exec_internal::state_arrays<Cell, T> {
    using exec_internal::state_arrays<Cell, T>::operator[];
    /// The state of a name. A name that the cell does not have does not compile.
    template <char... C>
    exec_internal::state_array<Cell, T>& operator[](lang_internal::name<C...> n)
    {
        return (*this)[index(n)];
    }
    template <char... C>
    exec_internal::state_array<Cell, T> const& operator[](lang_internal::name<C...> n) const
    {
        return (*this)[index(n)];
    }
    /// The position of the state of a name.
    template <char... C>
    static constexpr std::size_t index(lang_internal::name<C...>)
    {
        return exec_internal::cell_has_state<Cell, lang_internal::name<C...>>::index;
    }
};

/// The states of a cell: tensors of shape (batch, dimension of the state), in the order of the step's
/// arguments and, behind those, of the values that it reads by lag<k>(). A scalar state has one column, and a
/// matrix has all its dimensions: (batch, rows, columns). A state of k steps ago, delayed<k, V> or lag<k>(v),
/// has the values of the last k steps, the oldest first: (batch, k × first dimension, other dimensions). If
/// the step takes a struct of states, they are @ref named_states.
///
/// Their type is `xt::xtensor<T, 2>` if all are vectors or scalars, and `xt::xtensor<T, 1 + r>` if all have r
/// dimensions. The states of a cell that has some of each are all an `xt::xarray<T>`.
template <class Cell, class T>
using states_of = std::conditional_t<exec_internal::has_named_states<Cell>, named_states<Cell, T>,
                                     exec_internal::state_arrays<Cell, T>>;

}  // namespace rondo::inline RONDO_ISA
