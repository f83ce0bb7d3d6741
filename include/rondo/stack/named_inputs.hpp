#pragma once
/// @file
/// The inputs of layers at run time: taken from a caller, and given on to the layers inside.

#include <rondo/lang/names.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/array_shape.hpp>
#include <rondo/sequence/borrowed.hpp>
#include <rondo/sequence/check_lengths.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/per_sequence_views.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/stack/layer_inputs.hpp>
#include <rondo/time/lengths_view.hpp>

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA::stack_internal {

using lang_internal::named_value;
using lang_internal::named_values;

/// The name of an input in messages.
template <class Input>
exec_internal::sequence_title title_of_input()
{
    return {"the input", Input::name_type::view()};
}

/// An array for each input of a list, by name.
template <class T, class List>
class arrays_by_name;
template <class T, class... Input>
class arrays_by_name<T, type_list<Input...>> {
   public:
    /// The array of the input with the name @p Name.
    template <class Name>
    auto& get()
    {
        return std::get<type_list<typename Input::name_type...>::template index_of<Name>>(arrays_);
    }
    template <class Name>
    auto const& get() const
    {
        return std::get<type_list<typename Input::name_type...>::template index_of<Name>>(arrays_);
    }

   private:
    std::tuple<typename Input::template array<T>...> arrays_;
};

/// The type of references to arrays that stay as they are while the layers inside run, by name.
template <class T, class... Input>
using lent_arrays = named_values<
    named_value<typename Input::name_type, borrowed_input<typename Input::template array<T>>>...>;

/// References to all arrays of a list.
template <class T, class... Input>
lent_arrays<T, Input...> lend(arrays_by_name<T, type_list<Input...>> const& arrays)
{
    return {{{{arrays.template get<typename Input::name_type>()}}...}};
}

/// Whether a layer of several takes an input of a name. The message spells it.
template <class Inputs, class Name>
struct layers_take_input {
    static constexpr bool value = has_input<typename Inputs::all, Name>;  ///< whether one takes it
    static_assert(
        value,
        "no layer takes an input of this name from named(...): inputs have the names of the members "
        "of the struct that a step takes, where the first takes the output of the layer before; of "
        "the first layer an input without a name is \"x\"_s");
};
/// Whether an input is a list of sequences in the result of named().
template <class X, class Input>
inline constexpr bool is_list_in = exec_internal::is_sequence_list<
    std::remove_cvref_t<decltype(std::declval<X const&>().template get<typename Input::name_type>())>>;
/// Whether the result of named() has an input, by the number of times. The message spells its name.
template <class Input, std::size_t Count>
struct named_has_input {
    static constexpr bool value = Count > 0;  ///< whether it is there
    static_assert(value, "named(...) lacks an input of these layers: the one whose name stands beside it");
};
/// Whether the result of named() has the inputs @p All of layers, and nothing that they do not take.
template <class X, class Inputs, class All>
struct named_fits_layers;
template <class... Named, class Inputs, class... Input>
struct named_fits_layers<named_values<Named...>, Inputs, type_list<Input...>> {
    /// Whether it has.
    static constexpr bool value =
        (layers_take_input<Inputs, typename Named::name_type>::value && ...) &&
        (named_has_input<Input, named_values<Named...>::template count<typename Input::name_type>>::value &&
         ...);
};

/// Whether all or none of the inputs that change over time are lists of sequences in the result of named().
template <class X, class All>
inline constexpr bool are_lists_or_arrays = false;
template <class X, class First, class... Other>
inline constexpr bool are_lists_or_arrays<X, type_list<First, Other...>> =
    ((Other::is_per_sequence || is_list_in<X, Other> == is_list_in<X, First>)&&...);

/// The inputs of a composed layer as its layers inside read them, until the next call of it.
template <class T, class... Input>
struct taken_inputs {
    lent_arrays<T, Input...> arrays;  ///< references to arrays
    lengths_view lengths;             ///< those of the sequences, or none
};

/// Takes the inputs of a composed layer from a caller. It keeps copies of those that are given by name, which
/// a layer inside could overwrite before another reads them, unless they are borrowed(), and padded copies of
/// lists of sequences.
template <class T, class Inputs>
class input_copies;
template <class T, bool AreNamed, class First, class... Other>
class input_copies<T, input_list<AreNamed, First, Other...>> {
    using inputs = input_list<AreNamed, First, Other...>;

   public:
    /// The inputs in @p x: an array or a list of sequences if the layers have one input without a name, else
    /// the result of named(). The sequences of an array have these @p lengths, if there are any; those of a
    /// list may be empty if @p has_empty.
    /// @throws input_error if an array has no entries or another number of dimensions, if lists differ in the
    ///         lengths of their sequences, or if there are lengths beside a list.
    template <class X>
    taken_inputs<T, First, Other...> take(X const& x, lengths_view lengths, bool has_empty = false)
    {
        has_empty_ = has_empty;
        lengths_.clear();
        auto const arrays = references(x);
        if (lengths_.empty()) {
            return {arrays, lengths};
        }
        exec_internal::check_no_lengths(lengths);
        return {arrays, lengths_};
    }

   private:
    template <class X>
    lent_arrays<T, First, Other...> references(X const& x)
    {
        if constexpr (!AreNamed) {
            static_assert(
                !lang_internal::is_named<X>,
                "these layers have one input, which has no name: pass the array without named(...)");
            return {{{{bound<First>(x)}}}};
        } else {
            static_assert(lang_internal::is_named<X>,
                          "these layers have inputs with names: pass all of them as named(\"x\"_s = x, "
                          "\"mask\"_s = mask)");
            static_assert(named_fits_layers<X, inputs, typename inputs::all>::value);
            static_assert(are_lists_or_arrays<X, typename inputs::all>,
                          "of the inputs in named(...) that change over time, either all are lists of "
                          "sequences, or all are arrays");
            return {{{{bound<First>(x.template get<typename First::name_type>())}},
                     {{bound<Other>(x.template get<typename Other::name_type>())}}...}};
        }
    }
    template <class Input, class X>
    typename Input::template array<T> const& bound(X const& x)
    {
        using array = typename Input::template array<T>;
        if constexpr (std::is_same_v<X, borrowed_input<array>>) {
            return x.array;
        } else if constexpr (std::is_same_v<X, array> && !AreNamed) {
            return x;
        } else {
            array& copy = copies_.template get<typename Input::name_type>();
            copy_to<Input>(copy, x);
            return copy;
        }
    }
    template <class Input, class X>
    void copy_to(xt::xtensor<T, 3>& copy, X const& x)
    {
        exec_internal::sequence_view<T> given(x);
        auto const title = title_of<Input>();
        given.check(title.view(), {.value = given.found_features(), .has_empty = has_empty_});
        if (given.is_list()) {
            take_lengths(given, title.view());
        }
        exec_internal::resize_sequence(copy, given.steps(), given.batch(), given.features());
        given.copy_rows(copy.data());
    }
    /// Takes the lengths of the sequences of a list; those of a further list must be the same.
    void take_lengths(exec_internal::sequence_view<T> const& list, std::string_view title)
    {
        lengths_view const given = list.lengths();
        if (!lengths_.empty()) {
            exec_internal::check_lengths_of_list(list, lengths_, title);
            return;
        }
        for (std::ptrdiff_t b = 0; b < given.count(); ++b) {
            lengths_.push_back(given[b]);
        }
    }
    template <class Input, class X>
    static void copy_to(xt::xtensor<T, 2>& copy, borrowed_input<X> const& x)
    {
        copy_to<Input>(copy, x.array);
    }
    template <class Input, class X>
    static void copy_to(xt::xtensor<T, 2>& copy, X const& x)
    {
        exec_internal::per_sequence_view<T> const given(x);
        exec_internal::array_shape const shape(x);
        std::ptrdiff_t const features = shape.dimensions() == 1 ? 1 : shape[1];
        given.check(title_of<Input>().view(), shape[0], {"features", features});
        copy.resize({static_cast<std::size_t>(shape[0]), static_cast<std::size_t>(features)});
        for (std::ptrdiff_t b = 0; b < shape[0]; ++b) {
            given.copy_row(b, copy.data() + b * features, features);
        }
    }
    template <class Input>
    static exec_internal::sequence_title title_of()
    {
        return AreNamed ? title_of_input<Input>() : exec_internal::sequence_title("the input x");
    }

    arrays_by_name<T, typename inputs::all> copies_;
    std::vector<std::ptrdiff_t> lengths_;  // of the sequences of a list
    bool has_empty_ = false;
};

/// Gives a layer with these inputs those that it takes.
template <class Inputs>
struct inputs_for;
template <class First, class... Other>
struct inputs_for<input_list<true, First, Other...>> {
    /// The result of named() with @p first, and the others of @p given. A run gets references to arrays,
    /// which it copies, because it needs them in its backward(). If @p Borrows, a layer may refer to them.
    template <bool Borrows, class Value, class Given>
    static auto of(Value&& first, Given const& given)
    {
        using named_first = named_value<typename First::name_type, Value>;
        if constexpr (Borrows) {
            return named_values<named_first,
                                named_value<typename Other::name_type, decltype(lent<Other>(given))>...>{
                {{std::forward<Value>(first)}, {lent<Other>(given)}...}};
        } else {
            return named_values<
                named_first, named_value<typename Other::name_type, decltype((lent<Other>(given).array))>...>{
                {{std::forward<Value>(first)}, {lent<Other>(given).array}...}};
        }
    }

   private:
    template <class Input, class Given>
    static auto lent(Given const& given)
    {
        return given.template get<typename Input::name_type>();
    }
};

/// The first input of a layer in the result of input_copies::take().
template <class... Named>
auto const& first_input(named_values<Named...> const& given)
{
    return std::get<0>(given.values).value.array;
}

}  // namespace rondo::inline RONDO_ISA::stack_internal
