#pragma once
/// @file
/// The input of a run as rows: in place or packed.

#include <rondo/sequence/packed_sequence.hpp>
#include <rondo/sequence/sequence.hpp>
#include <rondo/sequence/sequence_list.hpp>
#include <rondo/time/time_plan.hpp>

#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A sequence of the caller's as the rows of a time plan. Sequences of one length are read in place if their
/// layout allows; others are packed.
template <class T>
class bound_input {
   public:
    /// Refers to @p x, see sequence::bind().
    template <class X, class Names, class Sizes>
    void bind(X const& x, std::string_view what, Names const& names,
              typename sequence<T>::expectation expected, Sizes const& sizes)
    {
        array_.bind(x, what, names, expected, sizes);
    }
    /// The extent of time (0), batch (1) or features (2) of the array that was bound.
    [[nodiscard]] std::ptrdiff_t shape(std::size_t d) const noexcept { return array_.shape(d); }

    /// Makes rows of the array that was bound. Returns the first.
    /// @throws std::invalid_argument with @p check_finite, naming the first entry that is not finite.
    T const* make_rows(time_plan const& time, std::string_view what, bool check_finite)
    {
        is_packed_ = time.lengths().are_sorted();
        if (is_packed_) {
            packed_.pack(time, array_, array_.shape(2));
        }
        if (check_finite && is_packed_) {
            packed_.check_finite(time, what);
        } else if (check_finite) {
            array_.check_finite(what);
        }
        return rows();
    }
    /// Makes rows of a list of sequences of @p features features. Returns the first.
    /// @throws std::invalid_argument with @p check_finite, naming the first entry that is not finite.
    template <sequence_list X>
    T const* make_rows(X const& list, time_plan const& time, std::ptrdiff_t features, std::string_view what,
                       bool check_finite)
    {
        is_packed_ = true;
        packed_.pack(time, list, features);
        if (check_finite) {
            packed_.check_finite(time, what);
        }
        return rows();
    }
    /// The first row, after make_rows().
    [[nodiscard]] T const* rows() const noexcept { return is_packed_ ? packed_.data() : array_.data(); }

   private:
    sequence<T> array_;
    packed_sequence<T> packed_;
    bool is_packed_ = false;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
