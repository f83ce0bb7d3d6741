#pragma once
/// @file
/// The first pass: runs the step of a cell on symbolic arguments, which record its graph.

#include <rondo/graph/program.hpp>
#include <rondo/lang/merge_dimensions.hpp>
#include <rondo/lang/reductions.hpp>
#include <rondo/lang/signature.hpp>
#include <rondo/lang/start.hpp>
#include <rondo/lang/watched_list.hpp>

#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

namespace rondo::inline RONDO_ISA::lang_internal {

/// The step of a cell as a program, with its signature.
struct traced_step {
    program step{};                 ///< as it was written, without repetitions
    signature shapes{};             ///< shapes and names of arguments, results and parameters
    bool met_unlisted = false;      ///< the step used a value that is neither an argument nor a listed member
    bool start_reads_step = false;  ///< start() used an input that changes over time
    watched_list watched{};         ///< the values that watch() has marked
};

namespace detail {

template <class Shape>
constexpr Shape shape_of(expression<Shape> const&)
{
    return {};
}

template <class Parameter>
constexpr parameter_info describe_parameter(dimension_table& dimensions, Parameter const& p,
                                            dotted_name const& name)
{
    extents const shape = extents_of_weight(dimensions, typename Parameter::shape_type{});
    return {name, shape, Parameter::is_bias, Parameter::is_constant || p.is_frozen, p.first};
}

template <class... D>
constexpr void add_dimensions(dimension_table& to, type_list<D...>)
{
    (to.add_bound<D>(), ...);
}
constexpr void write_dimensions(dimension_table const& from, signature& s)
{
    for (std::size_t d = 0; d < from.names().size(); ++d) {
        s.dimensions.push_back(from.names()[d]);
        s.sizes.push_back(from.sizes()[d]);
    }
    for (equal_dimensions const& e : from.equal()) {
        s.equal.push_back(e);
    }
}

// The result of a step. Where that is no next{...}, it recovers with the types of the states taken, so that
// only one error is reported.
template <class Result, class StatesTaken>
struct step_result {
    static_assert(sizeof(Result) == 0,
                  "operator() of a cell must return next{...} with the new states, or "
                  "next{...}.output(y)");
    static constexpr bool value = false;
    using states = StatesTaken;
};
template <class... S, class StatesTaken>
struct step_result<next<S...>, StatesTaken> {
    static constexpr bool value = true;
    using states = std::tuple<S...>;
    /// Calls `f(output, name)` for every output.
    template <class F>
    static constexpr void for_each_output(next<S...> const& n, F&& f)
    {
        f(std::get<0>(n.states), std::string_view{});
    }
};
template <class... Argument, class StatesTaken>
    requires(lists_members<Argument> || ...)
struct step_result<next<Argument...>, StatesTaken> : step_result<flat_next<Argument...>, StatesTaken> {};
template <class Outputs, class... S, class StatesTaken>
struct step_result<next_with_outputs<Outputs, S...>, StatesTaken> {
    static constexpr bool value = true;
    using states = std::tuple<S...>;
    template <class F>
    static constexpr void for_each_output(next_with_outputs<Outputs, S...> const& n, F&& f)
    {
        std::apply([&](auto const&... y) { (f(y.value, output_name(y)), ...); }, n.outputs);
    }

   private:
    template <class Name, class Value>
    static constexpr std::string_view output_name(named_value<Name, Value> const&)
    {
        return Name::view();
    }
};

}  // namespace detail

/// Whether every state gets a next value. The message names the cell and both counts.
template <class Cell, std::size_t StatesTaken, std::size_t StatesReturned>
struct every_state_has_a_next_value {
    static_assert(StatesReturned >= StatesTaken,
                  "a state has no next value: operator() takes more states than the next{...} it "
                  "returns has entries");
    static_assert(StatesReturned <= StatesTaken,
                  "next{...} has more entries than operator() takes states after the input");
    static constexpr bool value = StatesReturned == StatesTaken;
};

/// Whether the next values have the shapes of their states. The message shows both lists.
template <class Cell, class StatesTaken, class StatesReturned>
struct next_values_fit_the_states {
    static_assert(std::tuple_size_v<StatesTaken> != std::tuple_size_v<StatesReturned> ||
                      std::is_same_v<StatesTaken, StatesReturned>,
                  "a next value has another dimension than the state it replaces; next{...} gives "
                  "the new states in the order of operator()'s arguments");
    static constexpr bool value = std::is_same_v<StatesTaken, StatesReturned>;
};

namespace detail {

/// Records the parameters of @p cell.
template <class Cell>
constexpr void record_parameters(Cell& cell, recorder& record, signature& shapes)
{
    for_each_parameter(cell, [&](auto& p, dotted_name const& name) {
        parameter_info const info = describe_parameter(record.dimensions, p, name);
        p.record = &record;
        p.id = record.nodes.leaf(op::parameter, static_cast<int>(shapes.parameters.size()), info.shape);
        shapes.parameters.push_back(info);
    });
}

/// Records the inputs in @p given that are per-sequence, or those that are not. Leaves count the latter
/// first.
template <bool PerSequence, class Given>
constexpr void record_inputs(Given& given, recorder& record, signature& shapes)
{
    for_each_input(given, [&](auto& x, std::string_view name) {
        using input_type = std::remove_cvref_t<decltype(x)>;
        if constexpr (is_per_sequence<input_type> == PerSequence) {
            too_many_sequences::check(shapes.inputs.size() + shapes.per_sequence.size() >= max_sequences);
            extents const shape = extents_of(record.dimensions, typename shape_of_input<input_type>::type{});
            x.record = &record;
            x.id =
                record.nodes.leaf(is_one_hot<input_type> ? op::symbol : op::input,
                                  static_cast<int>(shapes.inputs.size() + shapes.per_sequence.size()), shape);
            auto& list = PerSequence ? shapes.per_sequence : shapes.inputs;
            list.push_back({dotted_name({}, name), shape, is_one_hot<input_type>});
        }
    });
}

/// Records the states in @p arguments, and gives their nodes.
template <class Arguments>
constexpr auto record_states(Arguments& arguments, recorder& record, signature& shapes)
{
    static_vector<node_id, max_states, std::size_t, too_many_states> ids{};
    auto const take = [&](auto& s, std::string_view name) {
        using state_type = std::remove_cvref_t<decltype(s)>;
        extents const shape = extents_of(record.dimensions, typename state_type::shape_type{});
        s.record = &record;
        s.id = record.nodes.leaf(op::state, static_cast<int>(shapes.states.size()), shape);
        ids.push_back(s.id);
        shapes.states.push_back(shape);
        shapes.state_names.push_back(dotted_name({}, name));
        shapes.delays.push_back(delay_of<state_type>);
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (for_each_state(std::get<I>(arguments), take), ...);
    }(std::make_index_sequence<std::tuple_size_v<Arguments>>{});
    record.states = shapes.states.size();
    return ids;
}

/// The result of a step with the @p arguments behind its inputs. It calls the step itself because std::apply
/// would be four more lines of a compiler's message before an error in the step.
template <class Cell, class Given, class Arguments, std::size_t... I>
constexpr auto call_step(Cell const& cell, Given const& given, Arguments const& arguments,
                         std::index_sequence<I...>)
{
    return cell(given, std::get<I>(arguments)...);
}

/// Adds the states of lag<k>() behind those that the step takes.
constexpr void add_lagged_states(recorder const& record, traced_step& traced)
{
    for (carry const& c : record.lagged) {
        traced.shapes.states.push_back(record.nodes[c.from].shape);
        traced.shapes.state_names.push_back({});
        traced.shapes.delays.push_back(c.delay);
        traced.step.states.push_back(c);
    }
}

/// Traces start() of @p cell, if it has one, whose step takes @p given and the states @p States.
template <class States, class Cell, class Given, class Keep>
constexpr void trace_start(Cell const& cell, Given const& given, Keep const& keep, traced_step& traced)
{
    if constexpr (has_start<Cell>) {
        using called = start_call_of<Cell, Given>;
        if constexpr (called::value) {
            if constexpr (start_result<Cell, States, std::remove_cvref_t<typename called::result>>::value) {
                auto const first = call_start(cell, given);
                std::apply(
                    [&](auto const&... value) {
                        std::int16_t k = 0;
                        (traced.step.results.push_back({role::start, k++, keep(value)}), ...);
                    },
                    first.states);
                traced.shapes.has_start = true;
            }
        }
    }
}

}  // namespace detail

/// Traces @p Cell. The result holds each distinct operation of the step once.
///
/// Afterwards: the nodes are in topological order, and the leaves are exactly the inputs, the
/// states, the listed parameters, constants and extents. Inputs that are per-sequence have the numbers after
/// the others, and the values of start() are results.
template <class Cell>
constexpr traced_step trace()
{
    using called = call_of<Cell>;
    using states = typename called::states;
    using result = detail::step_result<typename called::result, states>;
    using dimensions = dimensions_of<Cell>;
    static_assert(dimensions::size < max_dimensions, "a cell has at most 31 dimensions");
    constexpr std::size_t taken = std::tuple_size_v<states>;
    constexpr std::size_t returned = std::tuple_size_v<typename result::states>;

    traced_step traced{};
    if constexpr (detail::is_cell<Cell>::value && result::value &&
                  every_state_has_a_next_value<Cell, taken, returned>::value &&
                  next_values_fit_the_states<Cell, states, typename result::states>::value) {
        recorder record{};
        detail::add_dimensions(record.dimensions, dimensions{});

        Cell cell{};
        detail::record_parameters(cell, record, traced.shapes);

        typename called::input given{};
        detail::record_inputs<false>(given, record, traced.shapes);
        detail::record_inputs<true>(given, record, traced.shapes);
        typename called::arguments old{};
        auto const old_ids = detail::record_states(old, record, traced.shapes);
        auto const returned_step = detail::call_step(
            cell, given, old, std::make_index_sequence<std::tuple_size_v<typename called::arguments>>{});
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            auto const keep = [&](auto const& value) {
                traced.met_unlisted |= value.record == nullptr;
                return value.record == nullptr ? node_id{0} : value.id;
            };
            (traced.step.states.push_back(
                 {old_ids[I], keep(std::get<I>(returned_step.states)), traced.shapes.delays[I]}),
             ...);
            result::for_each_output(returned_step, [&](auto const& y, std::string_view name) {
                auto const index = static_cast<std::int16_t>(traced.shapes.outputs.size());
                node_id const value = keep(y);
                traced.step.results.push_back({role::output, index, value});
                extents const shape = extents_of(record.dimensions, detail::shape_of(y));
                traced.shapes.outputs.push_back({dotted_name({}, name), shape, false});
            });
            traced.watched = list_watched(record);
            detail::trace_start<states>(cell, given, keep, traced);
        }(std::make_index_sequence<taken>{});
        detail::add_lagged_states(record, traced);
        traced.met_unlisted |= record.met_unlisted;
        traced.step.nodes = record.nodes;
        if (traced.shapes.has_start) {
            traced.start_reads_step =
                lang_internal::start_reads_step(traced.step, traced.shapes.inputs.size());
        }
        detail::write_dimensions(record.dimensions, traced.shapes);
        traced.step = merge_dimensions(traced.step, traced.shapes.equal);
    }
    return traced;
}

}  // namespace rondo::inline RONDO_ISA::lang_internal
