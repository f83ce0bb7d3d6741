#pragma once
/// @file
/// A sequence of the caller's: checked, and read in place if its layout allows.

#include <rondo/graph/node.hpp>
#include <rondo/model/xtensor.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

namespace detail {

/// An xtensor container or adaptor whose entries are in memory, with type T.
template <class X, class T>
concept has_entries = requires(X const& x) {
    {
        x.data()
    } -> std::convertible_to<T const*>;
    x.strides();
};

/// Whether the entries are row-major, without gaps.
template <class X>
bool is_row_major(X const& x)
{
    std::ptrdiff_t expected = 1;
    for (std::size_t d = x.dimension(); d-- > 0;) {
        auto const extent = static_cast<std::ptrdiff_t>(x.shape()[d]);
        if (extent != 1 && static_cast<std::ptrdiff_t>(x.strides()[d]) != expected) {
            return false;
        }
        expected *= extent;
    }
    return true;
}

}  // namespace detail

/// Checks one entry of a sequence.
/// @throws std::invalid_argument naming the entry, if it is not finite.
template <class T>
void check_entry(T value, std::string_view what, std::ptrdiff_t time, std::ptrdiff_t batch,
                 std::ptrdiff_t feature)
{
    if (!std::isfinite(value)) {
        std::ostringstream text;
        text << what << ": expected finite entries; found " << value << " at (time " << time << ", batch "
             << batch << ", feature " << feature << ")";
        throw std::invalid_argument(text.str());
    }
}

/// A sequence of the caller's, of shape (time, batch, features).
///
/// Row-major entries of type T are read in place, so the caller's array must outlive this object.
/// Everything else (views with gaps, other types, expressions) is copied once.
template <class T>
class sequence {
   public:
    /// The expected shape.
    struct expectation {
        std::ptrdiff_t steps = 0;      ///< 0 for any
        std::ptrdiff_t batch = 0;      ///< 0 for any
        dimension_id features = unit;  ///< by dimension
    };

    /// Refers to @p x, or copies it. @p names and @p sizes give the features' name and number by dimension.
    /// @throws std::invalid_argument if the shape is not as expected, saying what was expected and found;
    ///         @p what names the argument.
    template <class X, class Names, class Sizes>
    void bind(X const& x, std::string_view what, Names const& names, expectation expected, Sizes const& sizes)
    {
        std::ptrdiff_t const features = sizes[expected.features];
        bool fits = x.dimension() == 3;
        if (fits) {
            for (std::size_t d = 0; d < 3; ++d) {
                shape_[d] = static_cast<std::ptrdiff_t>(x.shape()[d]);
            }
            fits = shape_[0] > 0 && shape_[1] > 0 && shape_[2] == features &&
                   (expected.steps == 0 || shape_[0] == expected.steps) &&
                   (expected.batch == 0 || shape_[1] == expected.batch);
        }
        if (!fits) {
            std::ostringstream text;
            text << what << ": expected shape (time";
            if (expected.steps > 0) text << " = " << expected.steps;
            text << ", batch";
            if (expected.batch > 0) text << " = " << expected.batch;
            text << ", " << names[static_cast<std::size_t>(expected.features)] << " = " << features
                 << "), no extent of 0; found (";
            for (std::size_t d = 0; d < x.dimension(); ++d) {
                text << (d > 0 ? ", " : "") << x.shape()[d];
            }
            throw std::invalid_argument(text.str() + ")");
        }
        if constexpr (detail::has_entries<X, T>) {
            if (detail::is_row_major(x)) {
                data_ = x.data() + offset_of(x);
                return;
            }
        }
        copy_ = x;
        data_ = copy_.data();
    }

    /// @throws std::invalid_argument naming the first entry that is not finite.
    void check_finite(std::string_view what) const
    {
        for (std::ptrdiff_t i = 0; i < shape_[0] * shape_[1] * shape_[2]; ++i) {
            check_entry(data_[i], what, i / (shape_[1] * shape_[2]), i / shape_[2] % shape_[1],
                        i % shape_[2]);
        }
    }

    /// The first entry; the others follow row by row.
    [[nodiscard]] T const* data() const noexcept { return data_; }
    /// The extent of time (0), batch (1) or features (2).
    [[nodiscard]] std::ptrdiff_t shape(std::size_t d) const noexcept { return shape_[d]; }

   private:
    template <class X>
    static std::size_t offset_of(X const& x)
    {
        if constexpr (requires { x.data_offset(); }) {
            return static_cast<std::size_t>(x.data_offset());
        } else {
            return 0;
        }
    }

    T const* data_ = nullptr;
    std::array<std::ptrdiff_t, 3> shape_{};
    xt::xtensor<T, 3> copy_{};
};

/// Gives @p to the shape (time, batch, features). Allocates nothing if it has that already.
template <class T>
void resize_sequence(xt::xtensor<T, 3>& to, std::ptrdiff_t steps, std::ptrdiff_t batch,
                     std::ptrdiff_t features)
{
    to.resize({static_cast<std::size_t>(steps), static_cast<std::size_t>(batch),
               static_cast<std::size_t>(features)});
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
