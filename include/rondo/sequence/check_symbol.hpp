#pragma once
/// @file
/// Checks the numbers of symbols that a caller passes, because they are indices into memory.

#include <rondo/error/input_error.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/sequence/sequence_views.hpp>
#include <rondo/time/lengths_view.hpp>

#include <cstddef>
#include <limits>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Whether @p value is the number of one of @p count symbols.
template <class T>
bool is_symbol(T value, std::ptrdiff_t count) noexcept
{
    bool const is_in_range = value >= T(0) && value < static_cast<T>(count);
    return is_in_range && static_cast<T>(static_cast<std::ptrdiff_t>(value)) >= value;
}

/// Rejects @p value, which is not the number of one of @p count symbols.
/// @throws input_error; @p what names the argument, and @p where the place.
template <class T>
[[noreturn]] void reject_symbol(T value, std::ptrdiff_t count, std::string_view what, std::string_view where)
{
    exec_internal::reject(what, concat("integers from 0 to ", count - 1), concat(value, " at ", where));
}

/// Checks that @p value, at step @p time of sequence @p batch, is the number of one of @p count symbols.
/// @throws input_error if it is not; @p what names the argument.
template <class T>
void check_symbol(T value, std::ptrdiff_t count, std::string_view what, std::ptrdiff_t time,
                  std::ptrdiff_t batch)
{
    if (!is_symbol(value, count)) {
        reject_symbol(value, count, what, concat("(time ", time, ", batch ", batch, ")"));
    }
}

/// Checks that T tells all symbols of @p Sequences apart.
/// @throws input_error naming the first input that has more symbols.
template <class Sequences, class T, class Sizes>
void check_symbol_counts(Sizes const& sizes)
{
    constexpr std::ptrdiff_t most = std::ptrdiff_t{1} << std::numeric_limits<T>::digits;
    for (std::size_t k = 0; k < Sequences::count; ++k) {
        if (std::ptrdiff_t const count = symbols_of<Sequences>(sizes, k); count > most) {
            exec_internal::reject(
                Sequences::titles[k].view(),
                concat("at most ", most, " symbols, which numbers of the model's type can count"),
                concat(count));
        }
    }
}

/// Checks the numbers of symbols in sequences, whose shapes and @p lengths have been checked.
/// @throws input_error naming the first that is not the number of a symbol.
template <class Sequences, class T, class Sizes>
void check_symbols(sequence_views<Sequences, T> const& all, Sizes const& sizes, lengths_view lengths)
{
    check_symbol_counts<Sequences, T>(sizes);
    for (std::size_t k = 0; k < Sequences::count; ++k) {
        std::ptrdiff_t const count = symbols_of<Sequences>(sizes, k);
        for (std::ptrdiff_t t = 0; count > 0 && t < all[k].steps(); ++t) {
            for (std::ptrdiff_t b = 0; b < all[k].batch(); ++b) {
                if (t < lengths.length(b, all[k].steps())) {
                    T symbol{};
                    all[k].copy_row(t, b, &symbol, 1);
                    check_symbol(symbol, count, Sequences::titles[k].view(), t, b);
                }
            }
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
