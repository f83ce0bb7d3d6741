#pragma once
/// @file
/// The signature of a cell's `operator()`, which takes the inputs, then the states.

#include <rondo/graph/program.hpp>
#include <rondo/lang/delayed.hpp>
#include <rondo/lang/dimension_table.hpp>
#include <rondo/lang/members.hpp>
#include <rondo/lang/next.hpp>
#include <rondo/lang/step_inputs.hpp>
#include <rondo/lang/step_states.hpp>
#include <rondo/lang/type_list.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// A parameter of a cell: its name, its shape, and how it was declared.
struct parameter_info {
    dotted_name name{};        ///< `f.W`
    extents shape{};           ///< its dimensions
    bool is_bias = false;      ///< declared as a bias
    bool is_constant = false;  ///< a constant, or a parameter of a frozen cell: not trained
    double first = 0;          ///< the first value of its entries; NaN if none is given

    /// Whether it has a first value.
    [[nodiscard]] constexpr bool has_first_value() const noexcept { return first >= 0 || first < 0; }
};

/// An input or an output of a step, of which a run has a sequence: its name, which is empty if it is the only
/// one and its author gave it none, and the shape of a step's value.
struct sequence_info {
    dotted_name name{};      ///< `mask`
    extents shape{};         ///< its dimensions
    bool is_symbol = false;  ///< whether runs are given the number of an entry instead of the vector
};

/// The shapes of the inputs, outputs, states and parameters of a step.
struct signature {
    static_vector<std::string_view, max_dimensions> dimensions{};  ///< names; the first is "1"
    static_vector<size_rule, max_dimensions> sizes{};              ///< which of them follow from others
    static_vector<equal_dimensions, max_dimensions> equal{};       ///< pairs that must have one size
    static_vector<sequence_info, max_sequences, std::size_t, too_many_sequences>
        inputs{};  ///< those that change over time, in the order of the struct
    static_vector<sequence_info, max_sequences, std::size_t, too_many_sequences>
        per_sequence{};  ///< the inputs that a sequence has one value of, in the order of the struct
    static_vector<sequence_info, max_sequences, std::size_t, too_many_sequences>
        outputs{};  ///< in the order of next::outputs()
    static_vector<extents, max_states, std::size_t, too_many_states> states{};  ///< of the states, in order
    /// Of the states, in order; empty for a state that is an argument of its own.
    static_vector<dotted_name, max_states, std::size_t, too_many_states> state_names{};
    /// How many steps ago each state was computed, in order.
    static_vector<int, max_states, std::size_t, too_many_states> delays{};
    static_vector<parameter_info, max_parameters, std::size_t, too_many_parameters>
        parameters{};        ///< in the order of the lists
    bool has_start = false;  ///< whether the cell says which states sequences begin with

    /// Whether values are computed once for each sequence.
    [[nodiscard]] constexpr bool has_prologue() const { return has_start || !per_sequence.empty(); }
};

namespace detail {

template <class List, class... Shapes>
struct append_shapes {
    using type = List;
};
template <class List, class... D, class... Rest>
struct append_shapes<List, shape<D...>, Rest...>
    : append_shapes<typename append_bound<List, D...>::type, Rest...> {};

template <class List, class Shapes>
struct append_shape_list;
template <class List, class... Shapes>
struct append_shape_list<List, type_list<Shapes...>> : append_shapes<List, Shapes...> {};

template <class List>
struct tuple_of;
template <class... T>
struct tuple_of<type_list<T...>> {
    using type = std::tuple<T...>;
};

// A type that cannot be called is treated as a step without states, so that only one error is reported.
template <class Cell, class F>
struct call {
    static constexpr bool takes_an_input = false;
    static constexpr bool takes_vectors = false;
    using result = next<>;
    using input = scalar;
    using states = std::tuple<>;
    using arguments = std::tuple<>;
    using state_arguments = std::tuple<>;
    using shapes = append_shapes<type_list<>>;
};
template <class Cell, class Owner, class Result, class Input, class... State, bool Noexcept>
struct call<Cell, Result (Owner::*)(Input, State...) const noexcept(Noexcept)> {
    template <class T>
    using checked = step_states<Cell, std::remove_cvref_t<T>>;
    using inputs = step_inputs<Cell, std::remove_cvref_t<Input>>;

    static constexpr bool takes_an_input = true;
    static constexpr bool takes_vectors = inputs::value && (checked<State>::value && ...);
    using result = Result;
    using input = std::conditional_t<inputs::value, std::remove_cvref_t<Input>, scalar>;
    using all_states = typename concatenation<typename checked<State>::shapes...>::type;
    using states = typename tuple_of<all_states>::type;
    using arguments = std::tuple<typename checked<State>::type...>;
    // Vectors, scalars and delayed ones, those of structs one by one.
    using state_arguments =
        typename tuple_of<typename concatenation<typename checked<State>::members...>::type>::type;
    using shapes =
        append_shape_list<typename append_shape_list<type_list<>, typename inputs::shapes>::type, all_states>;
};

template <class Cell>
concept has_one_step = requires { &Cell::operator(); };

template <class Cell>
struct pointer_to_step {
    using type = void;
};
template <has_one_step Cell>
struct pointer_to_step<Cell> {
    using type = decltype(&Cell::operator());
};

/// Whether a type can be used as a cell at all. The message names the type.
template <class Cell>
struct is_cell {
    using called = call<Cell, typename pointer_to_step<Cell>::type>;
    static_assert(has_one_step<Cell>,
                  "a cell needs exactly one operator(), free of errors, not overloaded and not a "
                  "template: "
                  "constexpr auto operator()(vec<input> x, vec<hidden> h) const");
    static_assert(!has_one_step<Cell> || called::takes_an_input,
                  "operator() of a cell is const and takes the input, then the states: "
                  "constexpr auto operator()(vec<input> x, vec<hidden> h) const");
    static_assert(std::is_default_constructible_v<Cell>,
                  "a cell must be default-constructible: its members are filled in by tracing");
    static constexpr bool value =
        called::takes_vectors && std::is_default_constructible_v<Cell> && cell_is_readable<Cell>::value;
};

// Appends to a list the dimensions of all parameters among members, including nested ones.
template <class List, class... Member>
struct append_members {
    using type = List;
};
template <class List, class Members>
struct append_listed;
template <class List, class... Member>
struct append_listed<List, type_list<Member...>> : append_members<List, Member...> {};

template <class List, class Empty, class... Rest>
struct append_members<List, Empty, Rest...> : append_members<List, Rest...> {};
template <class List, parameter Member, class... Rest>
struct append_members<List, Member, Rest...>
    : append_members<typename append_shapes<List, typename Member::shape_type>::type, Rest...> {};
template <class List, lists_members Member, class... Rest>
struct append_members<List, Member, Rest...>
    : append_members<typename append_listed<List, members_of<Member>>::type, Rest...> {};
template <class List, class Member, std::size_t N, class... Rest>
struct append_members<List, std::array<Member, N>, Rest...> : append_members<List, Member, Rest...> {};

}  // namespace detail

/// A cell: parameters as listed members, and one step as `operator()`.
template <class Cell>
concept cell = detail::has_one_step<Cell> && std::is_default_constructible_v<Cell> &&
               (lists_members<Cell> || std::is_empty_v<Cell>);

/// How the step of @p Cell is called: its `input`, the shapes of its `states` and the types of the
/// `arguments` that have them.
template <class Cell>
using call_of = detail::call<Cell, std::conditional_t<detail::is_cell<Cell>::value,
                                                      typename detail::pointer_to_step<Cell>::type, void>>;

/// The dimensions of @p Cell that a model binds, as a type_list: of inputs, states, parameters, each once. Of
/// joined dimensions they are the pieces.
template <class Cell>
using dimensions_of = typename detail::append_members<typename call_of<Cell>::shapes::type, Cell>::type;

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// Whether an input, a state or a parameter of @p Cell is along the dimension @p D.
template <class Cell, dimension_name D>
inline constexpr bool has_dimension =
    lang_internal::dimensions_of<Cell>::template index_of<D> < lang_internal::dimensions_of<Cell>::size;

}  // namespace rondo::inline RONDO_ISA
