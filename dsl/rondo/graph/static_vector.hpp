#pragma once
/// @file
/// A vector whose storage is part of the object.
///
/// The passes run inside the compiler, and clang 16 cannot evaluate `std::vector` there with
/// Debian's standard library; a graph that is a plain value also makes a constant without
/// further ado.

#include <rondo/namespaces.hpp>

#include <array>
#include <cstddef>
#include <stdexcept>

namespace rondo::inline RONDO_ISA::ir_internal {

/// At most @p Capacity elements of a default-constructible type, kept in place.
template <class T, std::size_t Capacity>
class static_vector {
   public:
    /// Appends @p value. @throws std::length_error if there is no room; while compiling, an error.
    constexpr void push_back(T const& value)
    {
        if (size_ == Capacity) {
            throw std::length_error("rondo: a cell is larger than the compiler's fixed tables");
        }
        items_[size_++] = value;
    }
    /// Forgets all elements.
    constexpr void clear() noexcept { size_ = 0; }
    /// How many elements there are.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    /// Whether there are none.
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    /// How many there is room for.
    [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Capacity; }
    /// The element @p i, which must be there.
    constexpr T& operator[](std::size_t i) noexcept { return items_[i]; }
    constexpr T const& operator[](std::size_t i) const noexcept { return items_[i]; }
    /// The last element, which must be there.
    constexpr T& back() noexcept { return items_[size_ - 1]; }
    /// The first element, for loops and algorithms.
    constexpr T const* begin() const noexcept { return items_.data(); }
    /// Behind the last element.
    constexpr T const* end() const noexcept { return items_.data() + size_; }
    constexpr T* begin() noexcept { return items_.data(); }
    constexpr T* end() noexcept { return items_.data() + size_; }

    /// Where @p value stands, or -1.
    [[nodiscard]] constexpr int find(T const& value) const
    {
        for (std::size_t i = 0; i < size_; ++i) {
            if (items_[i] == value) {
                return static_cast<int>(i);
            }
        }
        return -1;
    }
    /// Whether an element equals @p value.
    [[nodiscard]] constexpr bool contains(T const& value) const { return find(value) >= 0; }
    /// Appends @p value unless it is there already.
    constexpr void push_back_once(T const& value)
    {
        if (!contains(value)) {
            push_back(value);
        }
    }

   private:
    std::array<T, Capacity> items_{};
    std::size_t size_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
