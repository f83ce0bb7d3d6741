#pragma once
/// @file
/// The sizes that a cell's dimensions are bound to, each either a constant or known at run time.

#include <rondo/error/input_error.hpp>
#include <rondo/lang/printed_text.hpp>
#include <rondo/pass/pipeline.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

namespace detail {

template <class T>
inline constexpr bool is_fixed = false;
template <class D, std::size_t Size>
inline constexpr bool is_fixed<fixed<D, Size>> = true;

template <class T>
struct bound_dimension {
    using type = T;
};
template <class D, std::size_t Size>
struct bound_dimension<fixed<D, Size>> {
    using type = D;
};

}  // namespace detail

/// Whether a dimension is one of the cell's. The message names both.
template <class Cell, class Dimension>
struct cell_has_dimension {
    static_assert(dimensions_of<Cell>::template index_of<Dimension> < dimensions_of<Cell>::size,
                  "a size is given for a dimension that this cell does not have");
    static constexpr bool value = true;
};

/// Whether a dimension of the cell is given a size exactly once. The message names both.
template <class Cell, class Dimension, int Times>
struct dimension_is_bound_once {
    static_assert(Times > 0,
                  "a dimension of this cell is given no size: pass it to the model, as in "
                  "model<cell>{input{28}, hidden{128}}");
    static_assert(Times < 2, "a dimension of this cell is given a size twice");
    static constexpr bool value = true;
};

/// Whether a size is given for a dimension that has one of its own. The message names both.
template <class Cell, class Dimension>
struct dimension_takes_a_size {
    static_assert(
        !is_joined<Dimension>,
        "a size is given for a joined dimension, which has the size of its pieces: give these to the "
        "model");
    static constexpr bool value = true;
};

/// Whether two dimensions that as() reads as each other have one size. The message names the cell, both
/// dimensions and their sizes.
template <class Cell, printed_text One, std::ptrdiff_t Size, printed_text Other, std::ptrdiff_t OtherSize>
struct sizes_are_equal {
    static_assert(
        Size == OtherSize,
        "the step of this cell reads a vector along one dimension as one along the other by as<B>(v), "
        "and they have different sizes");
    static constexpr bool value = true;
};

namespace detail {

/// The shapes of the matrices of a step other than parameters, each once, and how many there are.
template <class Cell>
constexpr auto list_matrix_shapes()
{
    static_vector<extents, max_nodes> shapes{};
    graph const& nodes = compiled<Cell>::traced.step.nodes;
    for (node_id i = 0; i < nodes.size(); ++i) {
        if (nodes[i].opcode != op::parameter && nodes[i].shape.is_matrix()) {
            shapes.push_back_once(nodes[i].shape);
        }
    }
    return shapes;
}

/// The shapes of the matrices of a step other than parameters, each once.
template <class Cell>
inline constexpr auto matrix_shapes = [] {
    constexpr auto all = list_matrix_shapes<Cell>();
    std::array<extents, all.size()> shapes{};
    std::copy(all.begin(), all.end(), shapes.begin());
    return shapes;
}();

}  // namespace detail

/// The sizes of all dimensions of @p Cell. A size in the list @p Fixed, such as `fixed<hidden, 128>`, is a
/// constant wherever it is used.
template <class Cell, class... Fixed>
class sizes {
   public:
    static_assert((detail::is_fixed<Fixed> && ...),
                  "after the type of its numbers, a model takes sizes of the form fixed<hidden, 128>");
    using cell_type = Cell;  ///< whose dimensions they are

    /// Binds the dimensions that are not constants.
    /// @throws input_error naming the dimension if a size is zero or larger than memory can be, as a negative
    ///         number becomes when it is converted; or the dimensions of a value of the step, or of a state
    ///         of several steps, that is larger.
    template <dimension_name... D>
    constexpr explicit sizes(D... bound)
    {
        check_all<D...>(dimensions_of<Cell>{});
        at_[0] = 1;
        ((at_[index_of<typename Fixed::dimension_type>()] = static_cast<std::ptrdiff_t>(Fixed::size)), ...);
        (bind(bound), ...);
        add_up();
        check_equal();
        for_each_value([&](extents shape, int times) { check_value(shape, times); });
    }

    /// Whether all sizes are equal.
    friend constexpr bool operator==(sizes const&, sizes const&) = default;

    /// The size of dimension @p D, in entries; a constant if it was given as one.
    template <dimension_id D>
    [[nodiscard]] constexpr std::ptrdiff_t get() const noexcept
    {
        constexpr std::ptrdiff_t known = constant<D>();
        if constexpr (known > 0) {
            return known;
        } else {
            return at_[static_cast<std::size_t>(D)];
        }
    }
    /// The size of a dimension that is known at run time.
    [[nodiscard]] constexpr std::ptrdiff_t operator[](dimension_id d) const noexcept
    {
        return at_[static_cast<std::size_t>(d)];
    }
    /// The size of a dimension by its type: `sizes.of<hidden>()`.
    template <dimension_name D>
    [[nodiscard]] constexpr std::ptrdiff_t of() const noexcept
    {
        static_assert(cell_has_dimension<Cell, D>::value);
        return get<static_cast<dimension_id>(index_of<D>())>();
    }
    /// Checks that numbers of steps and sequences are not negative, and that arrays of values of @p steps
    /// steps of @p batch sequences are not larger than memory can be, so that no number of entries overflows.
    /// @throws input_error saying how many rows, a step of a sequence each, there can be; @p what names
    ///         the argument.
    constexpr void check_rows(std::string_view what, std::ptrdiff_t steps, std::ptrdiff_t batch) const
    {
        std::ptrdiff_t largest = *std::max_element(at_.begin(), at_.end());
        for_each_value(
            [&](extents shape, int times) { largest = std::max(largest, times * entries_of(*this, shape)); });
        std::ptrdiff_t const padding = 64;  // more than rows have, in entries
        std::ptrdiff_t const most = static_cast<std::ptrdiff_t>(most_entries) / (largest + padding);
        if (batch < 0 || steps < 0 || (batch > 0 && steps > most / batch)) {
            exec_internal::reject(what, concat("at most ", most, " rows (steps x sequences)"),
                                  concat(steps, " x ", batch));
        }
    }
    /// The size of a dimension if it was given as a constant, else 0.
    template <dimension_id D>
    static constexpr std::ptrdiff_t constant()
    {
        constexpr auto const& all = compiled<Cell>::shapes.sizes;
        if constexpr (static_cast<std::size_t>(D) < all.size() && !all[D].is_bound) {
            constexpr std::ptrdiff_t first = constant<all[D].first>();
            constexpr std::ptrdiff_t last = all[D].is_joined() ? constant<all[D].last>() : 0;
            return first > 0 && (last > 0 || !all[D].is_joined()) ? first + last : 0;
        } else {
            std::ptrdiff_t known = D == unit ? 1 : 0;
            ((known = index_of<typename Fixed::dimension_type>() == static_cast<std::size_t>(D)
                          ? static_cast<std::ptrdiff_t>(Fixed::size)
                          : known),
             ...);
            return known;
        }
    }

   private:
    template <class D>
    static constexpr std::size_t index_of()
    {
        static_assert(cell_has_dimension<Cell, D>::value);
        return dimensions_of<Cell>::template index_of<D> + 1;
    }
    template <class... Bound, class... D>
    static constexpr void check_all(type_list<D...>)
    {
        static_assert((dimension_takes_a_size<Cell, Bound>::value && ...));
        static_assert((dimension_takes_a_size<Cell, typename Fixed::dimension_type>::value && ...));
        static_assert((dimension_is_bound_once<Cell, D, count<D, Bound...>()>::value && ...));
    }
    template <class D, class... Bound>
    static constexpr int count()
    {
        return (0 + ... + (std::is_same_v<D, Bound> ? 1 : 0)) +
               (0 + ... + (std::is_same_v<D, typename Fixed::dimension_type> ? 1 : 0));
    }
    template <class D>
    constexpr void bind(D bound)
    {
        if (bound.size == 0 || bound.size > most_entries) {
            exec_internal::reject("dimension '" + std::string(type_name<D>()) + "'",
                                  concat("a size from 1 to ", most_entries),
                                  concat(static_cast<std::ptrdiff_t>(bound.size)));
        }
        at_[index_of<D>()] = static_cast<std::ptrdiff_t>(bound.size);
    }

    /// Calls `f(shape, times)` for the matrices of the step and for its states, which have the entries of
    /// their shape so many times.
    template <class F>
    static constexpr void for_each_value(F const& f)
    {
        for (extents const& shape : detail::matrix_shapes<Cell>) {
            f(shape, 1);
        }
        auto const& shapes = compiled<Cell>::shapes;
        for (std::size_t k = 0; k < shapes.states.size(); ++k) {
            f(shapes.states[k], shapes.delays[k]);
        }
    }
    constexpr void check_value(extents shape, int times) const
    {
        std::size_t room = most_entries / static_cast<std::size_t>(times);
        for (dimension_id const d : shape.dims) {
            room /= static_cast<std::size_t>((*this)[d]);
        }
        if (room == 0) {
            reject_value(shape, times);
        }
    }
    [[noreturn, gnu::cold]] void reject_value(extents shape, int times) const
    {
        std::string names;
        std::string found = times > 1 ? concat(times, " steps of ") : "";
        for (int d = 0; d < shape.rank(); ++d) {
            dimension_id const id = shape.dims[static_cast<std::size_t>(d)];
            names += concat(d > 0 ? ", " : "", compiled<Cell>::shapes.dimensions[id]);
            found += concat(d > 0 ? " x " : "", (*this)[id]);
        }
        exec_internal::reject(concat("a value of ", type_name<Cell>(), " along ", names),
                              concat("at most ", most_entries, " entries"), found);
    }
    /// Computes the sizes that follow from others.
    constexpr void add_up()
    {
        auto const& all = compiled<Cell>::shapes.sizes;
        for (std::size_t d = 0; d < all.size(); ++d) {
            if (!all[d].is_bound) {
                at_[d] = (*this)[all[d].first] + (all[d].is_joined() ? (*this)[all[d].last] : 0);
            }
        }
    }
    /// Compares the sizes of dimensions that the step reads as each other.
    constexpr void check_equal() const
    {
        constexpr auto const& equal = compiled<Cell>::shapes.equal;
        constexpr auto const& names = compiled<Cell>::shapes.dimensions;
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            (check_equal<equal[K].one, equal[K].other,
                         printed_text<names[equal[K].one].size()>(names[equal[K].one]),
                         printed_text<names[equal[K].other].size()>(names[equal[K].other])>(),
             ...);
        }(std::make_index_sequence<equal.size()>{});
    }
    template <dimension_id One, dimension_id Other, printed_text OneName, printed_text OtherName>
    constexpr void check_equal() const
    {
        constexpr std::ptrdiff_t one = constant<One>();
        constexpr std::ptrdiff_t other = constant<Other>();
        if constexpr (one > 0 && other > 0) {
            static_assert(sizes_are_equal<Cell, OneName, one, OtherName, other>::value);
        } else if (get<One>() != get<Other>()) {
            exec_internal::reject(
                concat("dimension '", OtherName.letters, "' of ", type_name<Cell>()),
                concat("the size ", get<One>(), " of '", OneName.letters, "', which the step reads as it"),
                concat(get<Other>()));
        }
    }

    /// One for each dimension. A cell that could not be traced, which has been reported, has none but those
    /// that are bound.
    std::array<std::ptrdiff_t, std::max(dimensions_of<Cell>::size + 1, compiled<Cell>::shapes.sizes.size())>
        at_{};
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
