#pragma once
/// @file
/// A cell that shows the values that its step has marked by watch().

#include <rondo/lang/cell.hpp>
#include <rondo/lang/signature.hpp>
#include <rondo/lang/trace.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::cell_internal {

/// Whether a cell watches a value. The message names the cell.
template <class Cell, std::size_t Count>
struct watches_a_value {
    static_assert(Count > 0, "this cell watches no value: mark one in its step by watch(value, \"name\"_s)");
    static constexpr bool value = Count > 0;  ///< whether it does
};
/// Whether the names of watched values are free. The message names the cell.
template <class Cell, bool AreFree>
struct watched_names_are_free {
    static_assert(AreFree, "a watched value has the name of an input or an output of its cell");
    static constexpr bool value = AreFree;  ///< whether they are
};

/// The dimension with index @p I in a list; the list must have it.
template <class Cell, std::size_t I, class List>
struct watched_dimension;
template <class Cell, std::size_t I, class... D>
struct watched_dimension<Cell, I, lang_internal::type_list<D...>> {
    static_assert(
        I < sizeof...(D),
        "a watched value is along dimensions of an input, a state or a parameter of the cell; of a joined "
        "vector, watch the parts");
    /// The dimension.
    using type = std::tuple_element_t<I, std::tuple<D...>>;
};

/// The values that the step of @p Cell watches.
template <class Cell>
struct watched_values {
    static constexpr auto traced = lang_internal::trace<Cell>();  ///< of the cell
    static constexpr std::size_t count = traced.watched.size();   ///< how many
    using indices = std::make_index_sequence<count>;              ///< of the values
    static_assert(watches_a_value<Cell, count>::value);

    /// The name of value @p K as a type.
    template <std::size_t K, std::size_t... I>
    static constexpr auto name_of(std::index_sequence<I...>)
    {
        return lang_internal::name<traced.watched[K].name.view()[I]...>{};
    }
    /// The name of value @p K.
    template <std::size_t K>
    static constexpr auto name()
    {
        return name_of<K>(std::make_index_sequence<traced.watched[K].name.view().size()>{});
    }
    /// Dimension @p D of value @p K.
    template <std::size_t K, std::size_t D>
    using dimension_of =
        typename watched_dimension<Cell, static_cast<std::size_t>(traced.watched[K].shape.dims[D]) - 1,
                                   lang_internal::dimensions_of<Cell>>::type;
    /// A value like value @p K.
    template <std::size_t K>
    static constexpr auto like()
    {
        return []<std::size_t... D>(std::index_sequence<D...>) {
            return expression<lang_internal::shape<dimension_of<K, D>...>>{};
        }(std::make_index_sequence<static_cast<std::size_t>(traced.watched[K].shape.rank())>{});
    }
    /// Values like all of them.
    template <std::size_t... K>
    static constexpr auto like_all(std::index_sequence<K...>)
    {
        return std::tuple{like<K>()...};
    }
    /// Whether no input and no output has a name of theirs. A single one is called x or y.
    static constexpr bool names_are_free = [] {
        bool free = true;
        for (auto const& one : traced.watched) {
            for (auto const& x : traced.shapes.inputs) {
                free = free && one.name.view() != (x.name.view().empty() ? "x" : x.name.view());
            }
            for (auto const& x : traced.shapes.per_sequence) {
                free = free && one.name.view() != x.name.view();
            }
            for (auto const& y : traced.shapes.outputs) {
                free = free && one.name.view() != (y.name.view().empty() ? "y" : y.name.view());
            }
        }
        return free;
    }();
    static_assert(watched_names_are_free<Cell, names_are_free>::value);
};

/// The inputs of a cell, and zeros that are added to the values that it watches.
template <class Cell, class Input>
struct inputs_with_probes {
    using values = watched_values<Cell>;  ///< that are watched
    Input input;                          ///< the inputs of the cell
    /// The zeros, one for each value.
    decltype(values::like_all(typename values::indices{})) probes{};

    /// Calls `f(input, name)` for every input of the cell, then for every probe, which has the name of its
    /// value. A single input, which has no name in the cell, is called x.
    template <class F>
    constexpr void for_each(F&& f)
    {
        lang_internal::for_each_input(
            input, [&](auto& one, std::string_view name) { f(one, name.empty() ? "x" : name); });
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            (f(std::get<K>(probes), values::traced.watched[K].name.view()), ...);
        }(typename values::indices{});
    }
};

/// The outputs of a step with their names; a single one, which has none in the cell, is called y.
template <class... S>
constexpr auto named_outputs(next<S...> const& step)
{
    return std::tuple{lang_internal::name<'y'>{} = expression(std::get<0>(step.states))};
}
template <class... Output, class... S>
constexpr auto named_outputs(
    lang_internal::next_with_outputs<lang_internal::type_list<Output...>, S...> const& step)
{
    return std::apply(
        [](auto const&... y) {
            return std::tuple{
                std::conditional_t<std::is_same_v<typename Output::name_type, lang_internal::name<>>,
                                   lang_internal::name<'y'>, typename Output::name_type>{} =
                    expression(y.value)...};
        },
        step.outputs);
}

/// The step of @p cell with its watched values among the outputs. It is no member, because names of the cell
/// would hide its variables.
template <class Cell, class Given, class... Argument>
constexpr auto watched_step(Cell const& cell, Given const& in, Argument const&... s)
{
    using values = watched_values<Cell>;
    return [&]<std::size_t... K>(std::index_sequence<K...>) {
        lang_internal::recorder& record = *std::get<0>(in.probes).record;
        ir_internal::node_id const probes[] = {std::get<K>(in.probes).id...};
        record.probes = probes;
        auto const step = cell(in.input, s...);
        record.probes = nullptr;
        auto const outputs = std::tuple_cat(
            named_outputs(step), std::tuple{values::template name<K>() = decltype(values::template like<K>()){
                                                &record, record.marked[K].value}...});
        return std::apply(
            [&](auto const&... state) {
                return std::apply([&](auto const&... y) { return next{state...}.outputs(y...); }, outputs);
            },
            step.states);
    }(typename values::indices{});
}

}  // namespace rondo::inline RONDO_ISA::cell_internal

namespace rondo::inline RONDO_ISA {

/// A cell with the equations of @p Cell whose runs show the values that its step marks by watch(). It has the
/// parameters of the cell under their names; watched_model() makes a model of it.
///
/// Outputs: those of the cell by name, a single one as `y`, and each marked value by its name. Inputs: those
/// of the cell by name, a single one as `x`, and for each marked value one of its name, which is added to it.
/// Where a run is given none it is zeros, and its gradient is the gradient of the loss with respect to the
/// value.
///
/// @code
/// bptt run{watched_model(m)};
/// auto const& y = run.forward(named("x"_s = x));
/// y["forget gate"_s];                                                 // (time, batch, hidden)
/// run.backward(named("y"_s = dy)).input["forget gate"_s];             // the gradient, of this shape
/// @endcode
template <class Cell, class Arguments = typename lang_internal::call_of<Cell>::arguments>
struct watched;

template <class Cell, class... Argument>
struct watched<Cell, std::tuple<Argument...>> : Cell {
    /// The inputs of a step.
    using given = cell_internal::inputs_with_probes<Cell, typename lang_internal::call_of<Cell>::input>;

    /// One time step.
    constexpr auto operator()(given in, Argument... s) const
    {
        return cell_internal::watched_step(static_cast<Cell const&>(*this), in, s...);
    }
    /// The states that the cell begins with, if it says which.
    constexpr auto start(given in) const
        requires lang_internal::has_start<Cell>
    {
        return lang_internal::call_start(static_cast<Cell const&>(*this), in.input);
    }
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// The inputs of the cell; the probes have dimensions that the cell has.
template <class Cell, class Watched, class Input>
struct step_inputs<Cell, cell_internal::inputs_with_probes<Watched, Input>> {
    static constexpr bool value = step_inputs<Watched, Input>::value;  ///< whether they are valid
    using shapes = typename step_inputs<Watched, Input>::shapes;       ///< of the cell's own
};

/// The probes are zeros where a run is given none.
template <class Cell, class Arguments>
inline constexpr std::size_t optional_inputs<watched<Cell, Arguments>> =
    cell_internal::watched_values<Cell>::count;

}  // namespace rondo::inline RONDO_ISA::lang_internal
