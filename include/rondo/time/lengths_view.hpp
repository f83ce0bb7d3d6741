#pragma once
/// @file
/// The lengths of sequences, as a caller lists them.

#include <rondo/namespaces.hpp>

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A list of numbers of steps, one for each sequence of a batch: a vector, an array, a span, an xtensor.
template <class L>
concept length_list = requires(L const& lengths) {
    {
        std::begin(lengths)
    } -> std::random_access_iterator;
    std::end(lengths);
    requires std::integral<std::iter_value_t<decltype(std::begin(lengths))>>;
    requires !std::same_as<std::iter_value_t<decltype(std::begin(lengths))>, bool>;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The lengths of the sequences of a batch in time steps, or none, if no sequence ends before the last step.
/// It refers to the list that it is made from, so it is for arguments only and not to be stored.
class lengths_view {
   public:
    /// No lengths.
    lengths_view() = default;
    /// The lengths of a list of integers.
    template <exec_internal::length_list L>
        requires(!std::same_as<std::remove_cvref_t<L>, lengths_view>)
    lengths_view(L const& list) noexcept  // NOLINT: an argument
        : lengths_view(std::addressof(list), std::distance(std::begin(list), std::end(list)),
                       [](void const* object, std::ptrdiff_t b) {
                           return steps_of(std::begin(*static_cast<L const*>(object))[b]);
                       })
    {
    }
    /// The lengths in braces: `{.lengths = {9, 5, 7}}`.
    template <std::integral I>
        requires(!std::same_as<I, bool>)
    lengths_view(std::initializer_list<I> list) noexcept
        : lengths_view(
              list.begin(), static_cast<std::ptrdiff_t>(list.size()),
              [](void const* object, std::ptrdiff_t b) { return steps_of(static_cast<I const*>(object)[b]); })
    {
    }
    /// @p count lengths, of which `get(object, b)` is that of sequence @p b.
    lengths_view(void const* object, std::ptrdiff_t count,
                 std::ptrdiff_t (*get)(void const* object, std::ptrdiff_t b)) noexcept
        : object_(object), count_(count), length_(get)
    {
    }

    /// Whether there are lengths.
    [[nodiscard]] bool are_given() const noexcept { return length_ != nullptr; }
    /// How many lengths there are.
    [[nodiscard]] std::ptrdiff_t count() const noexcept { return count_; }
    /// The length of sequence @p b, or the largest std::ptrdiff_t if that is less.
    [[nodiscard]] std::ptrdiff_t operator[](std::ptrdiff_t b) const { return length_(object_, b); }
    /// The length of sequence @p b; @p steps if there are no lengths.
    [[nodiscard]] std::ptrdiff_t length(std::ptrdiff_t b, std::ptrdiff_t steps) const
    {
        return are_given() ? (*this)[b] : steps;
    }

   private:
    template <class I>
    static std::ptrdiff_t steps_of(I number) noexcept
    {
        constexpr std::ptrdiff_t most = std::numeric_limits<std::ptrdiff_t>::max();
        return std::cmp_greater(number, most) ? most : static_cast<std::ptrdiff_t>(number);
    }

    void const* object_ = nullptr;
    std::ptrdiff_t count_ = 0;
    std::ptrdiff_t (*length_)(void const*, std::ptrdiff_t) = nullptr;
};

}  // namespace rondo::inline RONDO_ISA
