#pragma once
/// @file
/// The sequences of a caller that a run reads: an array of any layout, or a list.

#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/array_shape.hpp>
#include <rondo/sequence/borrowed.hpp>
#include <rondo/sequence/copy_entries.hpp>
#include <rondo/time/lengths_view.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A list of sequences, each an array of shape (time, features), or (time) for one feature; of matrices
/// (time, rows, columns).
template <class X>
concept sequence_list = requires(X const& list) {
    {
        std::begin(list)
    } -> std::random_access_iterator;
    std::end(list);
    (*std::begin(list)).dimension();
};

/// An xtensor container, view or expression.
template <class X>
concept array_of_numbers = requires(X const& x) {
    x.dimension();
    x.shape();
    x(0, 0, 0);
};

/// The type of an argument in braces, `{{1, 2}, {3, 4}}`, which is rejected as no array: functions have it as
/// the default of a type that cannot be deduced from braces.
struct numbers_in_braces {
    /// Numbers or arrays.
    template <class E>
    numbers_in_braces(std::initializer_list<E>);
    /// Rows of numbers.
    template <class E>
    numbers_in_braces(std::initializer_list<std::initializer_list<E>>);
    /// Steps of rows.
    template <class E>
    numbers_in_braces(std::initializer_list<std::initializer_list<std::initializer_list<E>>>);
};

/// Whether an argument is a list of sequences, borrowed or not.
template <class X>
inline constexpr bool is_sequence_list = sequence_list<X>;
template <class X>
inline constexpr bool is_sequence_list<borrowed_input<X>> = sequence_list<X>;

namespace detail {

/// An xtensor container or adaptor whose entries are in memory, with type T.
template <class X, class T>
concept has_entries = requires(X const& x) {
    {
        x.data()
    } -> std::convertible_to<T const*>;
    x.strides();
};

/// The first entry if the entries are row-major and without gaps, else null.
template <class T, class X>
T const* rows_in_place(X const& x)
{
    if constexpr (has_entries<X, T>) {
        std::ptrdiff_t expected = 1;
        for (std::size_t d = x.dimension(); d-- > 0;) {
            auto const extent = static_cast<std::ptrdiff_t>(x.shape()[d]);
            if (extent != 1 && static_cast<std::ptrdiff_t>(x.strides()[d]) != expected) {
                return nullptr;
            }
            expected *= extent;
        }
        if constexpr (requires { x.data_offset(); }) {
            return x.data() + x.data_offset();
        } else {
            return x.data();
        }
    } else {
        return nullptr;
    }
}

}  // namespace detail

/// Refers to a caller's sequences: an array of shape (time, batch, features), or (time, batch) for one
/// feature, or a list of arrays of (time, features), or (time) for one feature, of numbers that can be
/// converted to T. Matrices have two or three extents in place of that of the features. It erases the type of
/// the array or list, so that the functions that read it are compiled once.
template <class T>
class sequence_view {
   public:
    /// Refers to @p x.
    template <class X>
    explicit sequence_view(X const& x) : object_(std::addressof(x))
    {
        if constexpr (sequence_list<X>) {
            count_ = std::distance(std::begin(x), std::end(x));
            shape_of_ = [](void const* object, std::ptrdiff_t b) {
                return array_shape(std::begin(*static_cast<X const*>(object))[b]);
            };
            copy_row_ = [](void const* object, std::ptrdiff_t t, std::ptrdiff_t b, T* to, std::ptrdiff_t n) {
                copy_entries(std::begin(*static_cast<X const*>(object))[b], to, n, t);
            };
        } else {
            static_assert(
                array_of_numbers<X>,
                "sequences are an xtensor of shape (time, batch, features), or a list of xtensors of "
                "(time, features); for numbers in a vector, a span or behind a pointer write "
                "shaped(numbers, time, batch, features), for numbers in braces "
                "xt::xtensor<float, 3>{{{1, 2}, {3, 4}}}");
            shape_ = array_shape(x);
            rows_ = is_moved_from(x) ? nullptr : detail::rows_in_place<T>(x);
            is_flat_ = x.dimension() == 2;
            copy_row_ = [](void const* object, std::ptrdiff_t t, std::ptrdiff_t b, T* to, std::ptrdiff_t n) {
                copy_entries(*static_cast<X const*>(object), to, n, t, b);
            };
        }
    }
    /// Refers to an array that outlives the run, see borrowed().
    template <class X>
    explicit sequence_view(borrowed_input<X> const& x) : sequence_view(x.array)
    {
        is_borrowed_ = true;
    }

    /// Refers to @p x, which must be an array; a list does not compile. This is for arguments whose lengths
    /// are those of an earlier argument, such as output gradients: a list would have lengths of its own.
    template <class X>
    static sequence_view of_array(X const& x)
    {
        static_assert(!is_sequence_list<X>,
                      "a list of sequences is for the input of a run or of layers; here "
                      "sequences are one array of shape (time, batch, features)");
        return sequence_view(x);
    }

    /// Zeros, whose shape is the one that check() expects.
    static sequence_view zeros() { return sequence_view(); }

    /// Whether it is zeros().
    [[nodiscard]] bool is_zeros() const noexcept { return object_ == nullptr; }
    /// Whether it is a list of sequences.
    [[nodiscard]] bool is_list() const noexcept { return shape_of_ != nullptr; }
    /// Whether the array outlives the run.
    [[nodiscard]] bool is_borrowed() const noexcept { return is_borrowed_; }
    /// The shape of an array; (time, batch, features) after check(), where a matrix has as many features as
    /// entries.
    [[nodiscard]] array_shape const& shape() const noexcept { return shape_; }
    /// The time steps of an array, or of the longest sequence of a list; after check().
    [[nodiscard]] std::ptrdiff_t steps() const noexcept { return shape_[0]; }
    /// The number of sequences; after check().
    [[nodiscard]] std::ptrdiff_t batch() const noexcept { return is_list() ? count_ : shape_[1]; }
    /// The number of features; after check().
    [[nodiscard]] std::ptrdiff_t features() const noexcept { return shape_[2]; }
    /// The extents of vectors with the features of the array, or of the first sequence of the list that has
    /// features, for check() where any number of features is right. One if that extent is left out.
    [[nodiscard]] value_extents found_features() const
    {
        std::size_t const before = is_list() ? 1 : 2;
        array_shape found = is_list() ? array_shape() : shape_;
        for (std::ptrdiff_t b = 0; b < count_ && found[before] == 0; ++b) {
            found = shape_of_(object_, b);
        }
        return {"features", found.dimensions() == before ? 1 : found[before]};
    }
    /// The extents of the value of a step, as check() expected them.
    [[nodiscard]] value_extents const& value() const noexcept { return value_; }
    /// The lengths of the sequences of a list.
    [[nodiscard]] lengths_view lengths() const
    {
        return {this, count_, [](void const* object, std::ptrdiff_t b) {
                    auto const& self = *static_cast<sequence_view const*>(object);
                    return self.shape_of_(self.object_, b)[0];
                }};
    }
    /// The first of the rows (time, batch) if they are numbers of type T one after the other, else null.
    [[nodiscard]] T const* rows() const noexcept { return rows_; }
    /// Copies the @p features entries of step @p t of sequence @p b.
    void copy_row(std::ptrdiff_t t, std::ptrdiff_t b, T* to, std::ptrdiff_t features) const
    {
        if (rows_ != nullptr) {
            std::copy_n(rows_ + (t * shape_[1] + b) * features, features, to);
        } else {
            copy_row_(object_, t, b, to, features);
        }
    }
    /// Copies all rows, those of a step one after the other, and zeros after the end of a sequence of a list.
    void copy_rows(T* to) const
    {
        if (rows_ != nullptr) {
            std::copy_n(rows_, steps() * batch() * features(), to);
            return;
        }
        for (std::ptrdiff_t t = 0; t < steps(); ++t) {
            for (std::ptrdiff_t b = 0; b < batch(); ++b, to += features()) {
                if (is_list() && t >= lengths()[b]) {
                    std::fill_n(to, features(), T(0));
                } else {
                    copy_row_(object_, t, b, to, features());
                }
            }
        }
    }
    /// Whether its rows, as far as they are read in place, share memory with @p count numbers at @p other.
    [[nodiscard]] bool overlaps(T const* other, std::size_t count) const
    {
        auto const size = static_cast<std::size_t>(steps() * batch() * features());
        std::less<T const*> const before;
        return rows_ != nullptr && count > 0 && before(rows_, other + count) && before(other, rows_ + size);
    }

    /// Checks the shape of an array, or of all sequences of a list.
    /// @throws input_error saying what was expected, found and where; @p what names the argument.
    void check(std::string_view what, sequence_extents const& expected)
    {
        value_ = expected.value;
        if (object_ == nullptr) {
            shape_ = array_shape(expected.steps, expected.batch, expected.value.entries());
            return;
        }
        if (!is_list()) {
            shape_.check_entries(what);
            if (is_flat_ && expected.value.is_number() && shape_.dimensions() == 2) {
                shape_ = array_shape(shape_[0], shape_[1], 1);
            }
            check_shape(shape_, what, expected);
            shape_ = array_shape(shape_[0], shape_[1], shape_.entries_behind(2));
            return;
        }
        if (count_ == 0) {
            exec_internal::reject(what, "at least 1 sequence", "an empty list");
        }
        std::ptrdiff_t longest = 0;
        for (std::ptrdiff_t b = 0; b < count_; ++b) {
            array_shape const found = shape_of_(object_, b);
            bool const is_empty = found[0] == 0 && !expected.has_empty;
            bool const is_flat = expected.value.is_number() && found.dimensions() == 1;
            if (is_empty || !(is_flat || expected.value.fit(found, 1))) {
                exec_internal::reject(what,
                                      concat("sequences of shape (time, ", expected.value.text(),
                                             expected.has_empty ? ")" : "), no extent of 0"),
                                      concat(found.text(), " for sequence ", b));
            }
            found.check_entries(what);
            longest = std::max(longest, found[0]);
        }
        if (longest == 0) {
            exec_internal::reject(what, "a step of at least 1 sequence", "sequences without steps");
        }
        shape_ = array_shape(longest, count_, expected.value.entries());
    }

   private:
    sequence_view()
    {
        copy_row_ = [](void const*, std::ptrdiff_t, std::ptrdiff_t, T* to, std::ptrdiff_t n) {
            std::fill_n(to, n, T(0));
        };
    }

    void const* object_ = nullptr;  // null for zeros
    std::ptrdiff_t count_ = 0;      // of the sequences of a list
    array_shape shape_{};
    value_extents value_ = sequence_extents{}.value;
    T const* rows_ = nullptr;
    bool is_borrowed_ = false;
    bool is_flat_ = false;  // (time, batch), one number for each step
    array_shape (*shape_of_)(void const*, std::ptrdiff_t b) = nullptr;  // of a sequence of a list
    void (*copy_row_)(void const*, std::ptrdiff_t t, std::ptrdiff_t b, T* to, std::ptrdiff_t n) = nullptr;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
