#pragma once
/// @file
/// What a cell's `operator()` takes: an input, then the states.

#include <rondo/lang/members.hpp>
#include <rondo/lang/next.hpp>

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace rondo {

/// A parameter of a cell: its name, its shape, and whether it is a bias.
struct parameter_info {
    dotted_name name{};
    extents shape{};
    bool is_bias = false;
};

/// The shapes of all that goes into a step and comes out of it.
struct signature {
    static_vector<std::string_view, max_dimensions> dimensions{};  ///< names; the first is "1"
    extents input{};
    extents output{};
    static_vector<extents, max_states> states{};
    static_vector<parameter_info, max_parameters> parameters{};
};

/// A list of types.
template <class... T>
struct type_list {
    static constexpr std::size_t size = sizeof...(T);
    /// Where @p U stands; `size` if it does not.
    template <class U>
    static constexpr std::size_t index_of = [] {
        std::size_t i = 0;
        (void)((std::is_same_v<T, U> || (++i, false)) || ...);
        return i;
    }();
};

namespace detail {

template <class List, class... T>
struct append_once {
    using type = List;
};
template <class... L, class T, class... Rest>
struct append_once<type_list<L...>, T, Rest...>
    : append_once<std::conditional_t<(std::is_same_v<L, T> || ...), type_list<L...>,
                                     type_list<L..., T>>,
                  Rest...> {};

template <class List, class... Shapes>
struct append_shapes {
    using type = List;
};
template <class List, class... D, class... Rest>
struct append_shapes<List, shape<D...>, Rest...>
    : append_shapes<typename append_once<List, D...>::type, Rest...> {};

template <class T>
inline constexpr bool is_argument = false;
template <>
inline constexpr bool is_argument<scalar> = true;
template <class D>
inline constexpr bool is_argument<vec<D>> = true;

template <class Cell, class Argument>
struct argument_is_vector_or_scalar {
    static_assert(is_argument<Argument>,
                  "operator() of a cell takes vectors and scalars, by value: the input first, "
                  "then the states");
    using type = typename Argument::shape_type;
};

template <class Cell, class F>
struct call;
template <class Cell, class Result, class Input, class... State>
struct call<Cell, Result (Cell::*)(Input, State...) const> {
    using result = Result;
    using input = typename argument_is_vector_or_scalar<Cell, std::remove_cvref_t<Input>>::type;
    using states = std::tuple<
        typename argument_is_vector_or_scalar<Cell, std::remove_cvref_t<State>>::type...>;
    using shapes = append_shapes<type_list<>, input,
                                 typename argument_is_vector_or_scalar<
                                     Cell, std::remove_cvref_t<State>>::type...>;
};

template <class Cell>
concept has_one_step = requires { &Cell::operator(); };

/// Whether a type can be used as a cell at all. The message names the type.
template <class Cell>
struct is_cell {
    static_assert(has_one_step<Cell>,
                  "a cell needs exactly one operator(), not overloaded and not a template: "
                  "constexpr auto operator()(vec<input> x, vec<hidden> h) const");
    static_assert(std::is_default_constructible_v<Cell>,
                  "a cell must be default-constructible: its members are filled in by tracing");
    static constexpr bool value = true;
};

// The shapes of all parameters, nested ones included, as a type.
template <class List, class Cell>
constexpr auto append_parameter_shapes();

template <class List>
struct shapes_of_members {
    template <class... Member>
    static constexpr auto fold()
    {
        if constexpr (sizeof...(Member) == 0) {
            return List{};
        } else {
            return first<Member...>();
        }
    }
    template <class Member, class... Rest>
    static constexpr auto first()
    {
        if constexpr (parameter<Member>) {
            using longer = typename append_shapes<List, typename Member::shape_type>::type;
            return shapes_of_members<longer>::template fold<Rest...>();
        } else {
            using longer = decltype(append_parameter_shapes<List, Member>());
            return shapes_of_members<longer>::template fold<Rest...>();
        }
    }
};

template <class List, class Cell>
constexpr auto append_parameter_shapes()
{
    if constexpr (cell_lists_its_members<Cell>::value) {
        return boost::hana::unpack(boost::hana::accessors<Cell>(), [](auto... accessor) {
            return shapes_of_members<List>::template fold<std::remove_cvref_t<decltype(
                boost::hana::second(accessor)(std::declval<Cell&>()))>...>();
        });
    } else {
        return List{};
    }
}

}  // namespace detail

/// A cell: parameters as listed members, and one step as `operator()`.
template <class Cell>
concept cell = detail::has_one_step<Cell> && std::is_default_constructible_v<Cell> &&
               (lists_members<Cell> || std::is_empty_v<Cell>);

/// How the step of @p Cell is called.
template <class Cell>
    requires(detail::is_cell<Cell>::value)
using call_of = detail::call<Cell, decltype(&Cell::operator())>;

/// The dimensions of @p Cell as a type_list: input, states, parameters, each once.
template <class Cell>
using dimensions_of =
    decltype(detail::append_parameter_shapes<typename call_of<Cell>::shapes::type, Cell>());

}  // namespace rondo
