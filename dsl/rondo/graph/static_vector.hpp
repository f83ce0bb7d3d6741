#pragma once
/// @file
/// A vector whose storage is part of the object.
///
/// The passes run inside the compiler, and clang 16 cannot evaluate `std::vector` there with
/// Debian's standard library; a graph that is a plain value also makes a constant without
/// further effort.

#include <rondo/namespaces.hpp>

#include <concepts>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <type_traits>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Reports that a table is full. The tables of a cell that users can fill have sentences of their own,
/// because compilers print the line with the exception and not the place of the table.
struct full_table {
    /// @throws std::length_error if @p is_full.
    static constexpr void check(bool is_full)
    {
        if (is_full) {
            throw std::length_error(
                "rondo: a cell is larger than the compiler's fixed tables, which docs/limits.md lists");
        }
    }
};

/// At most @p Capacity elements of a default-constructible type, stored in place and numbered by
/// @p Index, so that a list of nodes is indexed by node numbers without a cast.
template <class T, std::size_t Capacity, std::integral Index = std::size_t, class Full = full_table>
class static_vector {
    static_assert(Capacity <= static_cast<std::size_t>(std::numeric_limits<Index>::max()));

   public:
    using index_type = Index;                       ///< numbers an element
    using find_result = std::make_signed_t<Index>;  ///< numbers an element, or is -1

    /// Appends @p value and returns its index. @throws std::length_error if there is no room, with
    /// the sentence of @p Full; while compiling, an error.
    constexpr Index push_back(T const& value)
    {
        Full::check(static_cast<std::size_t>(size_) == Capacity);
        items_[size_] = value;
        return size_++;
    }
    /// Removes all elements.
    constexpr void clear() noexcept { size_ = 0; }
    /// The number of elements.
    [[nodiscard]] constexpr Index size() const noexcept { return size_; }
    /// Whether there are no elements.
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    /// The number of elements that there is room for.
    [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Capacity; }
    /// The element of index @p i, which must exist.
    constexpr T& operator[](std::integral auto i) noexcept { return items_[i]; }
    constexpr T const& operator[](std::integral auto i) const noexcept { return items_[i]; }
    /// The last element, which must exist.
    constexpr T& back() noexcept { return items_[size_ - 1]; }
    /// The first element, for loops and algorithms.
    constexpr T const* begin() const noexcept { return items_; }
    /// The end of the elements.
    constexpr T const* end() const noexcept { return items_ + size_; }
    constexpr T* begin() noexcept { return items_; }
    constexpr T* end() noexcept { return items_ + size_; }

    /// The index of the first element that equals @p value, or -1.
    [[nodiscard]] constexpr find_result find(T const& value) const
    {
        for (Index i = 0; i < size_; ++i) {
            if (items_[i] == value) {
                return static_cast<find_result>(i);
            }
        }
        return -1;
    }
    /// Whether an element equals @p value.
    [[nodiscard]] constexpr bool contains(T const& value) const { return find(value) >= 0; }
    /// Appends @p value unless an element equals it, and returns the index of the element.
    constexpr Index push_back_once(T const& value)
    {
        find_result const found = find(value);
        return found >= 0 ? static_cast<Index>(found) : push_back(value);
    }

   private:
    T items_[Capacity]{};
    Index size_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
