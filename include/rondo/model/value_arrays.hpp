#pragma once
/// @file
/// The arrays in which runs take and give values: their types, and their extents.
///
/// Behind its leading extents, such as (time, batch), an array has those of one value: a vector's entries, a
/// matrix's dimensions in their order. A scalar and a symbol have one extent of 1.

#include <rondo/model/sizes.hpp>
#include <rondo/model/xtensor.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// An array with @p Leading extents before those of a value, of which there are @p Rank, or any number if @p
/// Rank is 0.
template <class T, std::size_t Leading, std::size_t Rank>
using value_array = std::conditional_t<Rank == 0, xt::xarray<T>, xt::xtensor<T, Leading + Rank>>;

/// Arrays of any rank that have no entries at first, as xtensors have none. An xarray begins with a number.
template <class T, std::size_t Count>
struct empty_xarrays : std::array<xt::xarray<T>, Count> {
    /// Arrays without entries.
    empty_xarrays()
    {
        for (auto& one : *this) {
            one.resize({std::size_t{0}});
        }
    }
};

/// @p Count arrays, see value_array. They have no entries at first.
template <class T, std::size_t Leading, std::size_t Rank, std::size_t Count>
using value_arrays =
    std::conditional_t<Rank == 0, empty_xarrays<T, Count>, std::array<value_array<T, Leading, Rank>, Count>>;

/// How many extents of an array belong to a value of shape @p shape.
constexpr std::size_t rank_in_arrays(extents shape) noexcept
{
    return static_cast<std::size_t>(std::max(shape.rank(), 1));
}

/// rank_in_arrays() of all values of a list, where `shape_of(value)` is the shape of one; 0 if they differ,
/// so that their arrays have one type.
template <class List, class ShapeOf>
constexpr std::size_t common_rank(List const& list, ShapeOf const& shape_of)
{
    std::size_t rank = list.size() == 0 ? 1 : rank_in_arrays(shape_of(list[0]));
    for (auto const& value : list) {
        rank = rank_in_arrays(shape_of(value)) == rank ? rank : 0;
    }
    return rank;
}

/// The extents of an array.
struct array_extents {
    std::array<std::size_t, 2 + max_rank> all{};  ///< in order
    std::size_t count = 0;                        ///< how many there are

    /// @p leading, and then those of a value of shape @p shape.
    template <class Sizes>
    array_extents(std::initializer_list<std::ptrdiff_t> leading, Sizes const& sizes, extents shape)
    {
        for (std::ptrdiff_t const extent : leading) {
            all[count++] = static_cast<std::size_t>(extent);
        }
        for (std::size_t d = 0; d < rank_in_arrays(shape); ++d) {
            all[count++] = static_cast<std::size_t>(sizes[shape.dims[d]]);
        }
    }
};

/// Whether an array has a shape and no entries, as an xtensor that was moved from.
template <class X>
bool is_moved_from(X const& x)
{
    if constexpr (requires { x.storage().size(); }) {
        return x.storage().size() == 0 &&
               std::all_of(x.shape().begin(), x.shape().end(), [](auto extent) { return extent > 0; });
    } else {
        return false;
    }
}

/// Gives @p to the extents @p shape. Allocates nothing if it has them and their entries already.
template <class Array>
void resize_array(Array& to, array_extents const& shape)
{
    auto const* const first = shape.all.data();
    bool const moved_from = is_moved_from(to);
    if (!moved_from && to.dimension() == shape.count &&
        std::equal(first, first + shape.count, to.shape().begin())) {
        return;
    }
    using shape_type = typename Array::shape_type;
    if constexpr (requires { std::tuple_size<shape_type>::value; }) {
        shape_type extents{};
        std::copy_n(first, extents.size(), extents.begin());
        to.resize(extents, moved_from);
    } else {
        to.resize(shape_type(first, first + shape.count), moved_from);
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
