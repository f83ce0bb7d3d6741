#pragma once
/// @file
/// The inputs and the outputs of a cell's step, of which runs have sequences.

#include <rondo/model/sequence_title.hpp>
#include <rondo/model/value_arrays.hpp>
#include <rondo/pass/pipeline.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The inputs of the step of @p Cell.
template <class Cell>
struct step_inputs_of {
    using cell_type = Cell;  ///< whose step it is
    /// Names and shapes.
    static constexpr auto const& list = compiled<Cell>::shapes.inputs;
    /// How many there are; one for a cell that is not valid.
    static constexpr std::size_t count = std::max(list.size(), std::size_t{1});
    static constexpr bool are_named = !list[0].name.view().empty();  ///< whether they are in a struct
    /// How many of the last ones are zeros where none are given.
    static constexpr std::size_t optional = lang_internal::optional_inputs<Cell>;
    /// The names of the sequences in messages.
    static constexpr auto titles = titles_of<count>(list, "the input x", "the input");
    /// Names and shapes of the inputs that a sequence has one value of.
    static constexpr auto const& per_sequence_list = compiled<Cell>::shapes.per_sequence;
    /// How many of these there are.
    static constexpr std::size_t per_sequence_count = per_sequence_list.size();
    /// The names of these in messages.
    static constexpr auto per_sequence_titles =
        titles_of<per_sequence_count>(per_sequence_list, "the input", "the input");
};

/// The outputs of the step of @p Cell.
template <class Cell>
struct step_outputs_of {
    using cell_type = Cell;  ///< whose step it is
    /// Names and shapes.
    static constexpr auto const& list = compiled<Cell>::shapes.outputs;
    /// How many there are; one for a cell that is not valid.
    static constexpr std::size_t count = std::max(list.size(), std::size_t{1});
    static constexpr bool are_named =
        !list[0].name.view().empty();  ///< whether they come from next::outputs()
    /// The names of their gradients in messages.
    static constexpr auto titles =
        titles_of<count>(list, "the output gradient dy", "the gradient of the output");
    static constexpr std::size_t per_sequence_count = 0;  ///< an output belongs to a step
    static constexpr std::size_t optional = 0;            ///< each has a sequence
};

/// A pointer for each of the sequences of a step.
template <class Sequences, class T>
using pointers_of = std::array<T*, Sequences::count>;

/// A pointer for each of the per-sequence inputs of a step.
template <class Sequences, class T>
using per_sequence_pointers = std::array<T*, Sequences::per_sequence_count>;

/// The number of entries of per-sequence input @p k: one if it is a symbol.
template <class Sequences, class Sizes>
constexpr std::ptrdiff_t features_of_per_sequence(Sizes const& sizes, std::size_t k)
{
    auto const& info = Sequences::per_sequence_list[k];
    return info.is_symbol ? 1 : entries_of(sizes, info.shape);
}

/// The shape of a sequence or of a per-sequence input in arrays, which hold the number of a symbol.
constexpr extents shape_in_arrays(sequence_info const& info) noexcept
{
    return info.is_symbol ? extents{} : info.shape;
}

/// The number of entries of all per-sequence inputs of one sequence.
template <class Sequences, class Sizes>
constexpr std::ptrdiff_t all_features_per_sequence([[maybe_unused]] Sizes const& sizes)
{
    std::ptrdiff_t sum = 0;
    if constexpr (Sequences::per_sequence_count > 0) {
        for (std::size_t k = 0; k < Sequences::per_sequence_count; ++k) {
            sum += features_of_per_sequence<Sequences>(sizes, k);
        }
    }
    return sum;
}

/// The number of entries of sequence @p k in one step: one if it is a symbol.
template <class Sequences, class Sizes>
constexpr std::ptrdiff_t features_of(Sizes const& sizes, std::size_t k)
{
    return Sequences::list[k].is_symbol ? 1 : entries_of(sizes, Sequences::list[k].shape);
}
/// The number of symbols of sequence @p k; 0 if it has none.
template <class Sequences, class Sizes>
constexpr std::ptrdiff_t symbols_of(Sizes const& sizes, std::size_t k)
{
    return Sequences::list[k].is_symbol ? sizes[Sequences::list[k].shape.rows()] : 0;
}

/// The number of entries of all sequences in one step.
template <class Sequences, class Sizes>
constexpr std::ptrdiff_t all_features_of(Sizes const& sizes)
{
    std::ptrdiff_t sum = 0;
    for (std::size_t k = 0; k < Sequences::count; ++k) {
        sum += features_of<Sequences>(sizes, k);
    }
    return sum;
}

/// The number of entries of the first sequence in one step if it is a constant of @p Sizes, else 0.
template <class Sequences, class Sizes>
constexpr std::ptrdiff_t fixed_features_of()
{
    constexpr extents shape = Sequences::list[0].shape;
    return Sequences::list[0].is_symbol
               ? 1
               : Sizes::template constant<shape.dims[0]>() * Sizes::template constant<shape.dims[1]>() *
                     Sizes::template constant<shape.dims[2]>();
}

/// The index of the sequence of a name; `count` if there is none.
template <class Sequences>
constexpr std::size_t sequence_index(std::string_view name)
{
    std::size_t k = 0;
    while (k < Sequences::count && Sequences::list[k].name.view() != name) {
        ++k;
    }
    return k;
}

/// The index of the per-sequence input of a name; `per_sequence_count` if there is none.
template <class Sequences>
constexpr std::size_t per_sequence_index([[maybe_unused]] std::string_view name)
{
    if constexpr (Sequences::per_sequence_count > 0) {
        std::size_t k = 0;
        while (k < Sequences::per_sequence_count && Sequences::per_sequence_list[k].name.view() != name) {
            ++k;
        }
        return k;
    } else {
        return 0;
    }
}

/// Whether a step has a sequence of a name, or a per-sequence input. The message names the cell and spells
/// the name.
template <class Sequences, class Name>
struct step_has_sequence {
    /// The index of the sequence; `count` for a per-sequence input.
    static constexpr std::size_t index = sequence_index<Sequences>(Name::view());
    /// The number of the input, where those that are per-sequence are counted after the others.
    static constexpr std::size_t number =
        index < Sequences::count ? index : index + per_sequence_index<Sequences>(Name::view());
    /// Whether it is the name of a per-sequence input.
    static constexpr bool is_per_sequence =
        per_sequence_index<Sequences>(Name::view()) < Sequences::per_sequence_count;
    static_assert(index < Sequences::count || is_per_sequence,
                  "this cell has no input or output of this name; inputs have the names of the members of "
                  "the struct that the step takes, and outputs those that next{...}.outputs(...) gives");
    static constexpr bool value = true;
};

/// How many extents a sequence of a step has behind those of time and batch; 0 if that differs.
template <class Sequences>
inline constexpr std::size_t rank_of_sequences = common_rank(Sequences::list, shape_in_arrays);

/// How many extents a per-sequence input of a step has behind that of the batch; 0 if that differs.
template <class Sequences>
constexpr std::size_t rank_of_per_sequence()
{
    if constexpr (Sequences::per_sequence_count > 0) {
        return common_rank(Sequences::per_sequence_list, shape_in_arrays);
    } else {
        return 1;
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// An array of shape (time, batch, features) for each input or output of a cell that has several, by name:
/// `x["mask"_s]`; for an input that a sequence has one value of, an array of shape (batch, features). An
/// array of matrices has all their dimensions, (time, batch, rows, columns).
///
/// The type of the arrays is `xt::xtensor<T, 3>` if all are vectors, scalars or symbols, and `xt::xtensor<T,
/// 2 + r>` if all have r dimensions; arrays of some of each are all an `xt::xarray<T>`. Those of the inputs
/// that a sequence has one value of have a type of their own, by the same rule.
template <class Sequences, class T>
class named_arrays {
   public:
    static constexpr std::size_t count = Sequences::count;  ///< how many arrays
    /// Of an array over time.
    using array_type = exec_internal::value_array<T, 2, exec_internal::rank_of_sequences<Sequences>>;
    /// Of an array of an input that a sequence has one value of.
    using per_sequence_type =
        exec_internal::value_array<T, 1, exec_internal::rank_of_per_sequence<Sequences>()>;

    /// The array of a name. A name that the cell does not have does not compile.
    template <class Name>
    auto& operator[](Name)
    {
        return found<Name>(*this);
    }
    template <class Name>
    auto const& operator[](Name) const
    {
        return found<Name>(*this);
    }
    /// The array of index @p k, in the order of the struct or of the call of next::outputs().
    array_type& at(std::size_t k) { return arrays_.at(k); }
    [[nodiscard]] array_type const& at(std::size_t k) const { return arrays_.at(k); }
    /// The name of the array of index @p k.
    static constexpr std::string_view name(std::size_t k) { return Sequences::list[k].name.view(); }
    /// The array (batch, features) of the per-sequence input of index @p k, in the order of the struct.
    per_sequence_type& per_sequence(std::size_t k) { return per_sequence_.at(k); }
    [[nodiscard]] per_sequence_type const& per_sequence(std::size_t k) const { return per_sequence_.at(k); }

   private:
    template <class Name, class Self>
    static auto& found(Self& self)
    {
        using sequence = exec_internal::step_has_sequence<Sequences, Name>;
        if constexpr (sequence::is_per_sequence) {
            return self.per_sequence_[exec_internal::per_sequence_index<Sequences>(Name::view())];
        } else {
            return self.arrays_[sequence::index];
        }
    }

    exec_internal::value_arrays<T, 2, exec_internal::rank_of_sequences<Sequences>, count> arrays_;
    exec_internal::value_arrays<T, 1, exec_internal::rank_of_per_sequence<Sequences>(),
                                Sequences::per_sequence_count>
        per_sequence_;
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

/// The type of the arrays of sequences: one xtensor, or several by name.
template <class Sequences, class T>
using arrays_of = std::conditional_t<Sequences::are_named, named_arrays<Sequences, T>,
                                     typename named_arrays<Sequences, T>::array_type>;

/// Array number @p k.
template <class T, std::size_t N>
xt::xtensor<T, N>& nth_array(xt::xtensor<T, N>& single, std::size_t)
{
    return single;
}
template <class T, std::size_t N>
xt::xtensor<T, N> const& nth_array(xt::xtensor<T, N> const& single, std::size_t)
{
    return single;
}
template <class Sequences, class T>
auto& nth_array(named_arrays<Sequences, T>& all, std::size_t k)
{
    return all.at(k);
}
template <class Sequences, class T>
auto const& nth_array(named_arrays<Sequences, T> const& all, std::size_t k)
{
    return all.at(k);
}

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The inputs of runs of @p Cell, each (time, batch, features): an xtensor, or @ref named_arrays if the step
/// takes a struct of inputs. Of matrices, the xtensor is (time, batch, rows, columns).
template <class Cell, class T = float>
using inputs_of = exec_internal::arrays_of<exec_internal::step_inputs_of<Cell>, T>;

/// The outputs of runs of @p Cell, each (time, batch, features): an xtensor, or @ref named_arrays if the step
/// has several outputs. Of matrices, the xtensor is (time, batch, rows, columns).
template <class Cell, class T = float>
using outputs_of = exec_internal::arrays_of<exec_internal::step_outputs_of<Cell>, T>;

}  // namespace rondo::inline RONDO_ISA
