#pragma once
/// @file
/// Names as types: of parameters, inputs and outputs. Looking one up costs nothing, and a wrong one does not
/// compile.

#include <rondo/lang/type_list.hpp>

#include <boost/hana/string.hpp>

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::lang_internal {

/// A string literal as a template argument.
template <std::size_t N>
struct literal {
    char text[N];  ///< its characters and the null
    /// Copies the characters.
    constexpr literal(char const (&s)[N])  // NOLINT: made from a literal
    {
        for (std::size_t i = 0; i < N; ++i) {
            text[i] = s[i];
        }
    }
};

/// A value with its name: `"x"_s = x`. It refers to an lvalue, and owns a temporary.
template <class Name, class Value>
struct named_value {
    using name_type = Name;    ///< the name
    using value_type = Value;  ///< a reference type for an lvalue
    Value value;               ///< the value
};

/// A name, which is a Hana string. Assigning a value to it makes a @ref named_value.
template <char... C>
struct name : boost::hana::string<C...> {
    /// The characters.
    static constexpr std::string_view view() { return {boost::hana::string<C...>::c_str(), sizeof...(C)}; }
    /// Gives @p value this name.
    template <class Value>
    constexpr named_value<name, Value> operator=(
        Value&& value) const  // NOLINT: makes a pair, assigns nothing
    {
        return {std::forward<Value>(value)};
    }
};

/// Whether a type is a name, which the suffix _s makes.
template <class Name>
inline constexpr bool is_name = false;
template <char... C>
inline constexpr bool is_name<name<C...>> = true;

/// Whether a type is a @ref named_value.
template <class V>
inline constexpr bool is_named_value = false;
template <class Name, class Value>
inline constexpr bool is_named_value<named_value<Name, Value>> = true;

/// Values with names, in any order. Made by named().
template <class... Named>
struct named_values {
    std::tuple<Named...> values;  ///< in the order of the call

    /// The number of values with the name @p Name.
    template <class Name>
    static constexpr std::size_t count =
        (std::size_t{std::is_same_v<typename Named::name_type, Name>} + ... + std::size_t{0});
    /// The value with the name @p Name, which must occur once.
    template <class Name>
    [[nodiscard]] constexpr auto const& get() const
    {
        constexpr std::size_t index = type_list<typename Named::name_type...>::template index_of<Name>;
        return std::get<index>(values).value;
    }
};

/// Whether a type is the result of named().
template <class T>
inline constexpr bool is_named = false;
template <class... Named>
inline constexpr bool is_named<named_values<Named...>> = true;

/// Whether the arguments of named() are values with names, each name once. The message shows them.
template <class... Argument>
struct arguments_have_names {
    static_assert((is_named_value<Argument> && ...),
                  "named(...) takes values with names: named(\"x\"_s = x, \"mask\"_s = mask)");
    static constexpr bool value = (is_named_value<Argument> && ...);
};
template <class... Name, class... Value>
struct arguments_have_names<named_value<Name, Value>...> {
    static_assert(((named_values<named_value<Name, Value>...>::template count<Name> == 1) && ...),
                  "named(...) takes each name once");
    /// Whether each name occurs once.
    static constexpr bool value =
        ((named_values<named_value<Name, Value>...>::template count<Name> == 1) && ...);
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The literal suffix for names.
inline namespace literals {

/// A name as a Hana string: `parameters["f.W"_s]`, `named("x"_s = x)`.
template <lang_internal::literal Text>
constexpr auto operator""_s()
{
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return lang_internal::name<Text.text[I]...>{};
    }(std::make_index_sequence<sizeof(Text.text) - 1>{});
}

}  // namespace literals

/// Values by name, in any order, for a cell with several inputs or outputs:
///
/// @code
/// run.forward(named("x"_s = x, "mask"_s = mask));
/// @endcode
///
/// The result refers to variables and owns temporaries.
template <class... Argument>
constexpr auto named(Argument&&... values)
{
    static_assert(lang_internal::arguments_have_names<std::remove_cvref_t<Argument>...>::value);
    return lang_internal::named_values<std::remove_cvref_t<Argument>...>{{std::forward<Argument>(values)...}};
}

}  // namespace rondo::inline RONDO_ISA
