#pragma once
/// @file
/// The values that a caller gives once for each sequence: checked, and copied in the order of a run.

#include <rondo/error/input_error.hpp>
#include <rondo/kernel/grow_only_buffer.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/sequence/array_shape.hpp>
#include <rondo/sequence/check_symbol.hpp>
#include <rondo/sequence/copy_entries.hpp>
#include <rondo/sequence/expected_extents.hpp>
#include <rondo/sequence/sequence_views.hpp>
#include <rondo/time/batch_lengths.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Refers to a caller's array of shape (batch, features), of matrices (batch, rows, columns), or (batch) for
/// one feature, of any layout, and erases its type.
template <class T>
class per_sequence_view {
   public:
    /// Refers to @p x.
    template <class X>
    explicit per_sequence_view(X const& x) : object_(std::addressof(x))
    {
        static_assert(
            array_of_numbers<X>,
            "a value that is given once for each sequence is an xtensor of shape (batch, features), "
            "also for a list of sequences; a symbol or a number has shape (batch)");
        shape_ = array_shape(x);
        copy_row_ = [](void const* object, std::ptrdiff_t b, T* to, std::ptrdiff_t n) {
            copy_entries(*static_cast<X const*>(object), to, n, b);
        };
    }
    /// Refers to an array that outlives the run; it is copied all the same.
    template <class X>
    explicit per_sequence_view(borrowed_input<X> const& x) : per_sequence_view(x.array)
    {
    }

    /// Checks that the shape is (@p batch, @p value).
    /// @throws input_error saying what was expected and found; @p what names the argument.
    void check(std::string_view what, std::ptrdiff_t batch, value_extents const& value) const
    {
        bool const is_flat = shape_.dimensions() == 1 && value.is_number();
        if (!(is_flat || value.fit(shape_, 1)) || shape_[0] != batch) {
            exec_internal::reject(what, concat("shape (batch = ", batch, ", ", value.text(), ")"),
                                  shape_.text());
        }
        shape_.check_entries(what);
    }
    /// Copies the entries of sequence @p b.
    void copy_row(std::ptrdiff_t b, T* to, std::ptrdiff_t features) const
    {
        copy_row_(object_, b, to, features);
    }

   private:
    void const* object_;
    array_shape shape_{};
    void (*copy_row_)(void const*, std::ptrdiff_t, T*, std::ptrdiff_t) = nullptr;
};

/// A view of each per-sequence input of a step.
template <class Sequences, class T>
using per_sequence_views = std::array<per_sequence_view<T>, Sequences::per_sequence_count>;

/// Whether named() has all per-sequence inputs of a step, and nothing else. The message names the cell.
template <class Sequences, class X, class Indices = std::make_index_sequence<Sequences::per_sequence_count>>
struct per_sequence_names_fit;
template <class Sequences, class... Named, std::size_t... K>
struct per_sequence_names_fit<Sequences, lang_internal::named_values<Named...>, std::index_sequence<K...>> {
    static_assert((step_has_sequence<Sequences, typename Named::name_type>::is_per_sequence && ...),
                  "begin(...) of a stream takes the per_sequence inputs of the cell; those that change over "
                  "time are given to step(...)");
    /// Whether they fit.
    static constexpr bool value =
        (named_has_sequence<
             typename Sequences::cell_type, per_sequence_name<Sequences, K>,
             lang_internal::named_values<Named...>::template count<per_sequence_name<Sequences, K>>>::value &&
         ...);
};

/// Whether named() has all inputs of a step that change over time, and nothing else.
template <class Sequences, class X>
struct step_names_fit;
template <class Sequences, class... Named>
struct step_names_fit<Sequences, lang_internal::named_values<Named...>> {
    static_assert(
        (!step_has_sequence<Sequences, typename Named::name_type>::is_per_sequence && ...),
        "step(...) of a stream takes the inputs that change over time; per_sequence inputs are given "
        "to begin(...), once for each sequence");
    /// Whether they fit.
    static constexpr bool value =
        names_fit<Sequences, lang_internal::named_values<Named...>,
                  std::make_index_sequence<Sequences::count>, std::index_sequence<>>::value;
};

/// Refers to the per-sequence inputs in @p x, the result of named() or @ref named_arrays.
template <class Sequences, class T, class X>
per_sequence_views<Sequences, T> per_sequence_views_of([[maybe_unused]] X const& x)
{
    if constexpr (Sequences::per_sequence_count == 0) {
        return {};
    } else {
        return [&]<std::size_t... K>(std::index_sequence<K...>) -> per_sequence_views<Sequences, T> {
            if constexpr (detail::are_arrays_of<Sequences, X>) {
                return {per_sequence_view<T>(x.per_sequence(K))...};
            } else {
                return {per_sequence_view<T>(x.template get<per_sequence_name<Sequences, K>>())...};
            }
        }(std::make_index_sequence<Sequences::per_sequence_count>{});
    }
}

/// Checks the shapes of all per-sequence inputs, for @p batch sequences.
/// @throws input_error saying what was expected, found and where.
template <class Sequences, class T, class Sizes>
void check_per_sequence(per_sequence_views<Sequences, T> const& all, Sizes const& sizes, std::ptrdiff_t batch)
{
    for (std::size_t k = 0; k < Sequences::per_sequence_count; ++k) {
        sequence_info const& info = Sequences::per_sequence_list[k];
        all[k].check(Sequences::per_sequence_titles[k].view(), batch,
                     info.is_symbol ? value_extents("symbol", 1)
                                    : expected_value<typename Sequences::cell_type>(sizes, info.shape));
    }
}

/// Gives the arrays of the per-sequence inputs in @p to the shape (batch, features), those of matrices all
/// their dimensions.
template <class Sequences, class T, class Sizes>
void resize_per_sequence([[maybe_unused]] arrays_of<Sequences, T>& to, [[maybe_unused]] std::ptrdiff_t batch,
                         [[maybe_unused]] Sizes const& sizes)
{
    if constexpr (Sequences::per_sequence_count > 0) {
        for (std::size_t k = 0; k < Sequences::per_sequence_count; ++k) {
            resize_array(to.per_sequence(k),
                         {{batch}, sizes, shape_in_arrays(Sequences::per_sequence_list[k])});
        }
    }
}

/// Copies of the per-sequence inputs of a batch, each (batch, features), in the order in which a run takes
/// the sequences.
template <class Sequences, class T>
class per_sequence_rows {
   public:
    /// Copies @p all, which have been checked, for @p batch sequences.
    /// @throws input_error naming the first number that is not that of a symbol or, with @p check_finite, is
    /// not
    ///         finite.
    template <class Sizes>
    void bind(per_sequence_views<Sequences, T> const& all, Sizes const& sizes, std::ptrdiff_t batch,
              std::span<std::ptrdiff_t const> sorted_indices, bool check_finite)
    {
        for (std::size_t k = 0; k < Sequences::per_sequence_count; ++k) {
            std::ptrdiff_t const features = features_of_per_sequence<Sequences>(sizes, k);
            T* const to = rows_[k].reserve(batch * features);
            for (std::ptrdiff_t r = 0; r < batch; ++r) {
                std::ptrdiff_t const b = original_index(sorted_indices, r);
                all[k].copy_row(b, to + r * features, features);
                check_row(to + r * features, sizes, k, b, check_finite);
            }
        }
    }
    /// The first row of each.
    [[nodiscard]] per_sequence_pointers<Sequences, T const> data() const noexcept
    {
        per_sequence_pointers<Sequences, T const> first{};
        for (std::size_t k = 0; k < Sequences::per_sequence_count; ++k) {
            first[k] = rows_[k].data();
        }
        return first;
    }
    /// Checks the row @p row of input @p k, that of sequence @p b.
    /// @throws input_error as bind().
    template <class Sizes>
    static void check_row(T const* row, Sizes const& sizes, std::size_t k, std::ptrdiff_t b,
                          bool check_finite)
    {
        auto const title = Sequences::per_sequence_titles[k].view();
        sequence_info const& info = Sequences::per_sequence_list[k];
        if (info.is_symbol) {
            if (std::ptrdiff_t const count = sizes[info.shape.rows()]; !is_symbol(*row, count)) {
                reject_symbol(*row, count, title, concat("(batch ", b, ")"));
            }
            return;
        }
        auto const value = expected_value<typename Sequences::cell_type>(sizes, info.shape);
        for (std::ptrdiff_t i = 0; check_finite && i < value.entries(); ++i) {
            if (!std::isfinite(row[i])) {
                exec_internal::reject(title, "finite entries",
                                      concat(row[i], " at (batch ", b, ", ", value.place(i), ")"));
            }
        }
    }

   private:
    std::array<kernel_internal::grow_only_buffer<T>, Sequences::per_sequence_count> rows_;
};

/// Rejects a span of @p found numbers that is to be (voices, features), an input of a stream.
/// @throws input_error; @p what names the argument.
[[noreturn]] inline void reject_span(std::string_view what, std::ptrdiff_t voices, std::ptrdiff_t features,
                                     std::size_t found)
{
    exec_internal::reject(
        concat(what, " of a stream"),
        concat(voices * features, " numbers (voices = ", voices, ", ", features, " features)"),
        concat(found));
}

/// Checks the per-sequence inputs of a stream of @p voices voices.
/// @throws input_error if one is not (voices, features) or is not the number of a symbol.
template <class Sequences, class T, class Sizes>
void check_spans(std::array<std::span<T const>, Sequences::per_sequence_count> const& given,
                 Sizes const& sizes, std::ptrdiff_t voices)
{
    for (std::size_t k = 0; k < given.size(); ++k) {
        std::ptrdiff_t const features = features_of_per_sequence<Sequences>(sizes, k);
        if (static_cast<std::ptrdiff_t>(given[k].size()) != voices * features) {
            reject_span(Sequences::per_sequence_titles[k].view(), voices, features, given[k].size());
        }
        for (std::ptrdiff_t v = 0; v < voices; ++v) {
            per_sequence_rows<Sequences, T>::check_row(given[k].data() + v * features, sizes, k, v, false);
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
