#pragma once
/// @file
/// The dimensions of a cell by number, with the sizes that follow from other sizes.
///
/// The dimensions that a model binds come first. Joined dimensions, and those that only as() mentions, are
/// added while the step is traced.

#include <rondo/graph/node.hpp>
#include <rondo/graph/static_vector.hpp>
#include <rondo/lang/joined.hpp>
#include <rondo/lang/shape.hpp>

#include <cstddef>
#include <stdexcept>
#include <string_view>

namespace rondo::inline RONDO_ISA::lang_internal {

using namespace ir_internal;

/// Reports that the table of dimensions is full.
struct too_many_dimensions {
    static_assert(max_dimensions == 32, "the sentence states the size");
    /// @throws std::length_error if @p is_full.
    static constexpr void check(bool is_full)
    {
        if (is_full) {
            throw std::length_error("rondo: a cell has more than 31 dimensions, joined ones included");
        }
    }
};

/// Two dimensions that must have one size.
struct equal_dimensions {
    dimension_id one = unit;    ///< as a value is recorded
    dimension_id other = unit;  ///< as as() reads it

    friend constexpr bool operator==(equal_dimensions, equal_dimensions) = default;
};

/// Where the size of a dimension comes from.
struct size_rule {
    bool is_bound = true;       ///< whether a model binds it; else its size is the sum of the next two
    dimension_id first = unit;  ///< the first pieces of a joined dimension; else the dimension that it equals
    dimension_id last = unit;   ///< the last piece of a joined dimension; else the unit, which is not added

    /// Whether it is a joined dimension.
    [[nodiscard]] constexpr bool is_joined() const noexcept { return last != unit; }
};

/// The dimensions of a cell, and which of them must have one size.
class dimension_table {
   public:
    /// The dimension of size one.
    constexpr dimension_table() { add("1", nullptr, {}); }

    /// Adds a dimension that a model binds.
    template <class D>
    constexpr void add_bound()
    {
        add(dimension_label<D>::view, &key<D>, {});
    }
    /// The number of @p D.
    /// @throws std::invalid_argument if it, or a piece of it, is neither bound nor equal to another
    /// dimension.
    template <class D>
    constexpr dimension_id number_of()
    {
        if (auto const found = keys_.find(&key<D>); found >= 0) {
            return static_cast<dimension_id>(found);
        }
        if constexpr (is_joined<D>) {
            dimension_id const first = number_of<typename two_pieces<D>::first>();
            dimension_id const last = number_of<typename two_pieces<D>::last>();
            return add(dimension_label<D>::view, &key<D>, {false, first, last});
        } else {
            throw std::invalid_argument(
                "rondo: a piece of a joined dimension has no size, because no input, state or parameter of "
                "the cell is along it");
        }
    }
    /// Notes that @p D has the size of the dimension @p like. If neither the cell nor an earlier line
    /// mentions D, its size follows from that.
    template <class D>
    constexpr void equate(dimension_id like)
    {
        if constexpr (!is_joined<D>) {
            if (!keys_.contains(&key<D>)) {
                add(dimension_label<D>::view, &key<D>, {false, like, unit});
            }
        }
        if (dimension_id const own = number_of<D>(); own != like) {
            equal_.push_back_once({like, own});
        }
    }
    /// Another dimension of the size of @p d, for a weight that has @p d twice.
    constexpr dimension_id twin_of(dimension_id d)
    {
        for (std::size_t k = 0; k < names_.size(); ++k) {
            if (keys_[k] == nullptr && sizes_[k].first == d) {
                return static_cast<dimension_id>(k);
            }
        }
        return add(names_[static_cast<std::size_t>(d)], nullptr, {false, d, unit});
    }

    /// The names of all dimensions, by number.
    [[nodiscard]] constexpr auto const& names() const noexcept { return names_; }
    /// Where their sizes come from.
    [[nodiscard]] constexpr auto const& sizes() const noexcept { return sizes_; }
    /// The pairs of dimensions that must have one size.
    [[nodiscard]] constexpr auto const& equal() const noexcept { return equal_; }

   private:
    /// Its address tells types apart, where names may be equal.
    template <class D>
    static constexpr char key = 0;

    constexpr dimension_id add(std::string_view name, char const* type, size_rule size)
    {
        keys_.push_back(type);
        sizes_.push_back(size);
        return static_cast<dimension_id>(names_.push_back(name));
    }

    static_vector<std::string_view, max_dimensions, std::size_t, too_many_dimensions> names_{};
    static_vector<size_rule, max_dimensions, std::size_t, too_many_dimensions> sizes_{};
    static_vector<char const*, max_dimensions, std::size_t, too_many_dimensions> keys_{};
    static_vector<equal_dimensions, max_dimensions, std::size_t, too_many_dimensions> equal_{};
};

/// The dimensions of a shape by their numbers.
template <class... D>
constexpr extents extents_of([[maybe_unused]] dimension_table& dimensions, shape<D...>)
{
    extents s{};
    [[maybe_unused]] std::size_t n = 0;
    ((s.dims[n++] = dimensions.number_of<D>()), ...);
    return s;
}
/// The dimensions of a weight. One with a square matrix for each entry along its first dimension has
/// different numbers for the two sides of the square, because it is multiplied entry by entry.
template <class Shape>
constexpr extents extents_of_weight(dimension_table& dimensions, Shape what)
{
    extents s = extents_of(dimensions, what);
    if (s.rank() == 3 && s.dims[1] == s.dims[2]) {
        s.dims[2] = dimensions.twin_of(s.dims[2]);
    }
    return s;
}

}  // namespace rondo::inline RONDO_ISA::lang_internal
