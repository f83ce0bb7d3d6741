#pragma once
/// @file
/// The inputs of layers at run time: taken from a caller, and given on to the layers inside.

#include <rondo/lang/names.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/array_shape.hpp>
#include <rondo/sequence/borrowed.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/per_sequence_views.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/stack/layer_inputs.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

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

/// Takes the inputs of a composed layer from a caller. It keeps copies of those that are given by name, which
/// a layer inside could overwrite before another reads them, unless they are borrowed().
template <class T, class Inputs>
class input_copies;
template <class T, bool AreNamed, class First, class... Other>
class input_copies<T, input_list<AreNamed, First, Other...>> {
    using inputs = input_list<AreNamed, First, Other...>;

   public:
    /// References to the inputs in @p x, valid until the next call: an array if the layers have one input
    /// without a name, else the result of named().
    /// @throws input_error if an array has no entries or another number of dimensions.
    template <class X>
    lent_arrays<T, First, Other...> take(X const& x)
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
            return {{{{bound<First>(x.template get<typename First::name_type>())}},
                     {{bound<Other>(x.template get<typename Other::name_type>())}}...}};
        }
    }

   private:
    template <class Input, class X>
    typename Input::template array<T> const& bound(X const& x)
    {
        using array = typename Input::template array<T>;
        static_assert(Input::is_per_sequence || !exec_internal::sequence_list<X>,
                      "layers take sequences of different lengths as one array with a list of lengths, "
                      "forward(x, {.lengths = lengths}): a list of sequences is for a run alone");
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
    static void copy_to(xt::xtensor<T, 3>& copy, X const& x)
    {
        auto given = exec_internal::sequence_view<T>::of_array(x);
        bool const is_flat = given.shape().dimensions() == 2;
        given.check(title_of<Input>().view(), {.value = {"features", is_flat ? 1 : 0}});
        exec_internal::resize_sequence(copy, given.steps(), given.batch(), given.features());
        given.copy_rows(copy.data());
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
