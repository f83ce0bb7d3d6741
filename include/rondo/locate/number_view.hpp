#pragma once
/// @file
/// Numbers in float or double, whose type is known at run time.

#include <rondo/namespaces.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Refers to floats or doubles. The search for numbers that are not finite reads them through this type, so
/// that its code exists once and not once for each cell and type.
class number_view {
   public:
    /// No numbers.
    number_view() = default;
    /// The @p count numbers from @p first on.
    template <std::floating_point T>
    number_view(T const* first, std::size_t count) noexcept
        : first_(first), count_(count), is_float_(std::same_as<T, float>)
    {
        static_assert(std::same_as<T, float> || std::same_as<T, double>);
    }
    /// The numbers of @p all.
    template <std::floating_point T>
    explicit number_view(std::span<T const> all) noexcept : number_view(all.data(), all.size())
    {
    }

    /// How many there are.
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    /// Whether they are floats.
    [[nodiscard]] bool is_float() const noexcept { return is_float_; }
    /// Number @p i.
    [[nodiscard]] double operator[](std::size_t i) const noexcept
    {
        return is_float_ ? static_cast<double>(static_cast<float const*>(first_)[i])
                         : static_cast<double const*>(first_)[i];
    }
    /// The index of the first number from @p begin on that is not finite, or size().
    [[nodiscard]] std::size_t first_not_finite(std::size_t begin = 0) const noexcept
    {
        return is_float_ ? first_not_finite(static_cast<float const*>(first_), begin, count_)
                         : first_not_finite(static_cast<double const*>(first_), begin, count_);
    }

   private:
    template <class T>
    static std::size_t first_not_finite(T const* v, std::size_t begin, std::size_t count) noexcept
    {
        std::size_t i = begin;
        while (i < count && std::fabs(v[i]) <= std::numeric_limits<T>::max()) {
            ++i;
        }
        return i;
    }

    void const* first_ = nullptr;
    std::size_t count_ = 0;
    bool is_float_ = false;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
