#pragma once
/// @file
/// The extents of a caller's array, compared with what is expected.

#include <rondo/error/input_error.hpp>

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
    explicit array_shape(X const& x) : dimensions_(x.dimension())
    {
        for (std::size_t d = 0; d < std::min(dimensions_, most); ++d) {
            extents_[d] = static_cast<std::ptrdiff_t>(x.shape()[d]);
        }
    }

    /// The number of dimensions.
    [[nodiscard]] std::size_t dimensions() const noexcept { return dimensions_; }
    /// The extent of dimension @p d.
    [[nodiscard]] std::ptrdiff_t operator[](std::size_t d) const { return extents_[d]; }
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
};

/// The expected shape of sequences, (time, batch, features).
struct sequence_extents {
    std::ptrdiff_t steps = 0;            ///< 0 for any
    std::ptrdiff_t batch = 0;            ///< 0 for any
    std::ptrdiff_t features = 0;         ///< 0 for any
    std::string_view name = "features";  ///< name of the feature dimension
    bool has_empty = false;              ///< whether sequences of a list may have no steps
};

/// Checks the shape of sequences.
/// @throws input_error if it is not as expected, or an extent is 0; @p what names the argument.
inline void check_shape(array_shape const& found, std::string_view what, sequence_extents const& expected)
{
    auto const fits = [&](std::size_t d, std::ptrdiff_t extent) {
        return found[d] > 0 && (extent == 0 || found[d] == extent);
    };
    if (found.dimensions() == 3 && fits(0, expected.steps) && fits(1, expected.batch) &&
        fits(2, expected.features)) {
        return;
    }
    auto const is = [](std::ptrdiff_t extent) { return extent > 0 ? concat(" = ", extent) : ""; };
    exec_internal::reject(what,
                          concat("shape (time", is(expected.steps), ", batch", is(expected.batch), ", ",
                                 expected.name, is(expected.features), "), no extent of 0"),
                          found.text());
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
