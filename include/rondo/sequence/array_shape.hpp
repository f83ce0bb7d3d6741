#pragma once
/// @file
/// The extents of a caller's array, compared with what is expected.

#include <rondo/error/input_error.hpp>
#include <rondo/model/value_arrays.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The extents of an array with any number of dimensions. Only the first six extents are kept.
class array_shape {
   public:
    static constexpr std::size_t most = 6;  ///< how many extents are kept

    array_shape() = default;
    /// The extents (time, batch, features).
    array_shape(std::ptrdiff_t steps, std::ptrdiff_t batch, std::ptrdiff_t features)
        : dimensions_(3), extents_{steps, batch, features}
    {
    }
    /// The extents of an xtensor container or expression.
    template <class X>
    explicit array_shape(X const& x)
        : dimensions_(x.dimension()), is_moved_from_(exec_internal::is_moved_from(x))
    {
        for (std::size_t d = 0; d < std::min(dimensions_, most); ++d) {
            extents_[d] = static_cast<std::ptrdiff_t>(x.shape()[d]);
        }
    }

    /// The number of dimensions.
    [[nodiscard]] std::size_t dimensions() const noexcept { return dimensions_; }
    /// The extent of dimension @p d.
    [[nodiscard]] std::ptrdiff_t operator[](std::size_t d) const { return extents_[d]; }
    /// The product of the extents from dimension @p d on, of an array of at most six dimensions.
    [[nodiscard]] std::ptrdiff_t entries_behind(std::size_t d) const
    {
        std::ptrdiff_t product = 1;
        for (; d < dimensions_; ++d) {
            product *= extents_[d];
        }
        return product;
    }
    /// Checks that the array has the entries of its extents.
    /// @throws input_error if it was moved from; @p what names it.
    void check_entries(std::string_view what) const
    {
        if (is_moved_from_) {
            exec_internal::reject(what, "an array with entries", "an array that was moved from");
        }
    }
    /// The extents as messages show them: `(5, 2, 3)`.
    [[nodiscard, gnu::cold]] std::string text() const
    {
        if (dimensions_ > most) {
            return concat("an array of ", dimensions_, " dimensions");
        }
        std::string all;
        for (std::size_t d = 0; d < dimensions_; ++d) {
            all = concat(all, d > 0 ? ", " : "", extents_[d]);
        }
        return concat("(", all, ")");
    }

   private:
    std::size_t dimensions_ = 0;
    std::array<std::ptrdiff_t, most> extents_{};
    bool is_moved_from_ = false;
};

/// The expected extents of a value in an array, along dimensions that have names.
class value_extents {
   public:
    /// Those of a vector, or of a matrix with push_back(); 0 for any.
    value_extents(std::string_view name, std::ptrdiff_t extent) { push_back(name, extent); }
    /// Adds the next dimension of a matrix.
    void push_back(std::string_view name, std::ptrdiff_t extent)
    {
        names_[rank_] = name;
        extents_[rank_++] = extent;
    }
    /// Multiplies the first extent, for the @p count steps of a state.
    void repeat(std::ptrdiff_t count) { repeated_ = count; }

    /// The entries of the value.
    [[nodiscard]] std::ptrdiff_t entries() const noexcept
    {
        return repeated_ * extents_[0] * extents_[1] * extents_[2];
    }
    /// Whether it is one number, which an array may have without an extent of its own.
    [[nodiscard]] bool is_number() const noexcept { return rank_ == 1 && entries() == 1; }
    /// Whether the extents of @p found from number @p first on are these, and all others come before.
    [[nodiscard]] bool fit(array_shape const& found, std::size_t first) const
    {
        bool fits = found.dimensions() == first + rank_;
        for (std::size_t d = 0; fits && d < rank_; ++d) {
            std::ptrdiff_t const expected = extents_[d] * (d == 0 ? repeated_ : 1);
            fits = found[first + d] > 0 && (expected == 0 || found[first + d] == expected);
        }
        return fits;
    }
    /// As messages show them: `heads = 4, key = 8`.
    [[nodiscard, gnu::cold]] std::string text() const
    {
        std::string all = repeated_ > 1 ? concat(repeated_, " steps * ") : "";
        for (std::size_t d = 0; d < rank_; ++d) {
            std::ptrdiff_t const extent = extents_[d] * (d == 0 ? repeated_ : 1);
            bool const is_said = extent > 0 && names_[d] != "1";  // the name of the only extent of a number
            all = concat(all, d > 0 ? ", " : "", names_[d], is_said ? concat(" = ", extent) : "");
        }
        return all;
    }
    /// The indices of entry @p k as messages have them: `feature 3` of a vector, and of a matrix one for each
    /// dimension, `heads 1, key 2`. The first of a state of several steps counts those of all steps.
    [[nodiscard, gnu::cold]] std::string place(std::ptrdiff_t k) const
    {
        if (rank_ == 1) {
            return concat("feature ", k);
        }
        std::string all;
        for (std::size_t d = rank_; d-- > 0;) {
            all = concat(names_[d], " ", d > 0 ? k % extents_[d] : k, all.empty() ? "" : ", ", all);
            k /= extents_[d];
        }
        return all;
    }

   private:
    std::array<std::string_view, 3> names_{};
    std::array<std::ptrdiff_t, 3> extents_{1, 1, 1};
    std::size_t rank_ = 0;
    std::ptrdiff_t repeated_ = 1;
};

/// The expected shape of sequences: (time, batch, features) or, of matrices, (time, batch, rows, columns).
struct sequence_extents {
    std::ptrdiff_t steps = 0;            ///< 0 for any
    std::ptrdiff_t batch = 0;            ///< 0 for any
    value_extents value{"features", 0};  ///< those of a step
    bool has_empty = false;              ///< whether sequences of a list may have no steps
};

/// Checks the shape of sequences.
/// @throws input_error if it is not as expected, or an extent is 0; @p what names the argument.
inline void check_shape(array_shape const& found, std::string_view what, sequence_extents const& expected)
{
    auto const fits = [&](std::size_t d, std::ptrdiff_t extent) {
        return found[d] > 0 && (extent == 0 || found[d] == extent);
    };
    if (expected.value.fit(found, 2) && fits(0, expected.steps) && fits(1, expected.batch)) {
        return;
    }
    auto const is = [](std::ptrdiff_t extent) { return extent > 0 ? concat(" = ", extent) : ""; };
    exec_internal::reject(what,
                          concat("shape (time", is(expected.steps), ", batch", is(expected.batch), ", ",
                                 expected.value.text(), "), no extent of 0"),
                          found.text());
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
