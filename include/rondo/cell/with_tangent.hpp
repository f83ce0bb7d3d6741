#pragma once
/// @file
/// A cell together with its derivative along a direction: forward mode.

#include <rondo/lang/cell.hpp>
#include <rondo/lang/frozen.hpp>
#include <rondo/lang/signature.hpp>
#include <rondo/lang/start.hpp>
#include <rondo/pass/push_tangents.hpp>

#include <array>
#include <cstddef>
#include <limits>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::cell_internal {

/// The inputs of a cell, and their tangents. Symbols have none.
template <class Input>
struct inputs_with_tangents {
    Input input;    ///< the inputs of the cell
    Input tangent;  ///< their tangents

    /// Calls `f(input, name)` for every input of the cell, then `f(tangent, name)` for every tangent: `x` and
    /// `x.tangent`. A single input, which has no name in the cell, is called x.
    template <class F>
    constexpr void for_each(F&& f)
    {
        auto const named = [](std::string_view name) { return name.empty() ? "x" : name; };
        lang_internal::for_each_input(input, [&](auto& one, std::string_view name) { f(one, named(name)); });
        lang_internal::for_each_input(tangent, [&](auto& one, std::string_view name) {
            if constexpr (!lang_internal::is_one_hot<std::remove_cvref_t<decltype(one)>>) {
                f(one, lang_internal::dotted_name(named(name), "tangent").view());
            }
        });
    }
};

/// The name of the tangent of an output.
template <class Name>
struct name_of_tangent;
template <char... C>
struct name_of_tangent<lang_internal::name<C...>> {
    /// The name and ".tangent".
    using type = lang_internal::name<C..., '.', 't', 'a', 'n', 'g', 'e', 'n', 't'>;
};

/// The name of an output; that of a single one, which has none in the cell, is y.
template <class Name>
using name_of_output =
    std::conditional_t<std::is_same_v<Name, lang_internal::name<>>, lang_internal::name<'y'>, Name>;

/// The tangents of one step while it is recorded.
class tangent_recorder {
   public:
    /// Records with @p r.
    constexpr explicit tangent_recorder(lang_internal::recorder& r) : record_(r) {}
    /// Lets @p direction be the tangent of the leaf @p leaf.
    constexpr void set(ir_internal::node_id leaf, ir_internal::node_id direction)
    {
        tangent_[leaf] = direction;
    }
    /// Derives the tangents of all nodes that are recorded.
    constexpr void push() { ir_internal::push_tangents(record_.nodes, tangent_, record_.nodes.size()); }
    /// Derives the tangents of the nodes of a step. The tangent of a value of an earlier step, which lag<k>()
    /// has read, is one more state.
    constexpr void push_step()
    {
        std::size_t const lagged = record_.lagged.size();
        for (std::size_t k = 0; k < lagged; ++k) {
            ir_internal::carry const value = record_.lagged[k];
            ir_internal::node_id const old = record_.next_state(record_.nodes[value.from].shape);
            record_.lagged.push_back({old, value.to, value.delay});
            set(value.from, old);
        }
        push();
        for (std::size_t k = 0; k < lagged; ++k) {
            ir_internal::carry& direction = record_.lagged[lagged + k];
            direction.to = tangent_node(direction.to);
        }
    }
    /// The tangent of @p value.
    template <class Shape>
    constexpr expression<Shape> of(expression<Shape> value)
    {
        if (value.record == nullptr) {
            return value;  // tracing reports it
        }
        return {&record_, tangent_node(value.id)};
    }

   private:
    constexpr ir_internal::node_id tangent_node(ir_internal::node_id i)
    {
        auto& nodes = record_.nodes;
        ir_internal::node_id const t = tangent_[i];
        ir_internal::extents const shape = nodes[i].shape;
        return t == ir_internal::no_node ? nodes.broadcast(nodes.constant(0), shape) : t;
    }

    lang_internal::recorder& record_;
    ir_internal::node_map<ir_internal::node_id> tangent_{ir_internal::max_nodes, ir_internal::no_node};
};

/// The nodes of the inputs in @p argument, in their order; no_node for the tangent of a symbol.
template <class Input>
constexpr auto nodes_of_inputs(Input& argument)
{
    ir_internal::static_vector<ir_internal::node_id, ir_internal::max_sequences> nodes{};
    lang_internal::for_each_input(argument, [&](auto const& x, auto const&) { nodes.push_back(x.id); });
    return nodes;
}

/// The nodes of the parameters of @p cell, in their order.
template <class Cell>
constexpr auto nodes_of_parameters(Cell const& cell)
{
    ir_internal::static_vector<ir_internal::node_id, ir_internal::max_parameters> nodes{};
    lang_internal::for_each_parameter(cell, [&](auto const& p, auto const&) { nodes.push_back(p.id); });
    return nodes;
}

/// The outputs of a step with their tangents.
template <class... S>
constexpr auto outputs_with_tangents(next<S...> const& step, tangent_recorder& tangents)
{
    return std::tuple{
        lang_internal::name<'y'>{} = std::get<0>(step.states),
        typename name_of_tangent<lang_internal::name<'y'>>::type{} = tangents.of(std::get<0>(step.states))};
}
template <class... Output, class... S>
constexpr auto outputs_with_tangents(
    lang_internal::next_with_outputs<lang_internal::type_list<Output...>, S...> const& step,
    tangent_recorder& tangents)
{
    return std::apply(
        [&](auto const&... y) {
            return std::tuple_cat(
                std::tuple{name_of_output<typename Output::name_type>{} = expression(y.value),
                           typename name_of_tangent<name_of_output<typename Output::name_type>>::type{} =
                               tangents.of(y.value)}...);
        },
        step.outputs);
}

}  // namespace rondo::inline RONDO_ISA::cell_internal

namespace rondo::inline RONDO_ISA::lang_internal {

/// The inputs of the cell, and their tangents.
template <class Cell, class Input>
struct step_inputs<Cell, cell_internal::inputs_with_tangents<Input>> {
    /// Whether they are valid.
    static constexpr bool value = step_inputs<Cell, Input>::value;
    /// Of the inputs.
    using shapes = typename step_inputs<Cell, Input>::shapes;
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// A step of @p Cell together with its derivative along a direction (forward mode, a Jacobian-vector
/// product). It is a cell, so every run takes it, and its own gradient is a product with the Hessian.
///
/// Inputs: those of the cell by name, a single one as `x`, and for each but symbols its tangent, `x.tangent`.
/// States: those of the cell, then their tangents. Outputs: those of the cell, a single one as `y`, each
/// followed by its tangent, `y.tangent`. Parameters: those of the cell, as `cell.…`, and the direction in the
/// space of parameters, the constants `direction.…`.
///
/// @code
/// model<with_tangent<elman<>>> m{input{28}, hidden{128}};
/// bptt run{m};
/// auto const& y = run.infer(named("x"_s = x, "x.tangent"_s = dx));
/// y["y.tangent"_s];  // the change of y for small changes of x along dx, and of the parameters
/// @endcode
///
/// The derivative of what was chosen with with_gradient() is the one chosen. What clip_gradient() clips is
/// not clipped in forward mode.
template <class Cell, class States = typename lang_internal::call_of<Cell>::state_arguments>
struct with_tangent;

template <class Cell, class... State>
struct with_tangent<Cell, std::tuple<State...>> {
    /// The inputs of a step.
    using given = cell_internal::inputs_with_tangents<typename lang_internal::call_of<Cell>::input>;
    Cell cell;               ///< the cell
    frozen<Cell> direction;  ///< the tangents of its parameters
    RONDO_MEMBERS(cell, direction);

    /// A cell with a direction that is not set.
    constexpr with_tangent()
    {
        // A first value is none of the direction, which is not complete before it is set.
        lang_internal::for_each_parameter(
            direction, [](auto& p, auto const&) { p.first = std::numeric_limits<double>::quiet_NaN(); });
    }

    /// One time step.
    constexpr auto operator()(given in, State... s, State... tangent) const
    {
        using arguments = typename lang_internal::call_of<Cell>::arguments;
        auto const step = std::apply([&](auto const&... argument) { return cell(in.input, argument...); },
                                     lang_internal::group_states<arguments>(s...));
        cell_internal::tangent_recorder tangents = tangents_of_leaves(in);
        (tangents.set(s.id, tangent.id), ...);
        tangents.push_step();
        return std::apply(
            [&](auto... next_state) {
                return std::apply(
                    [&](auto const&... y) {
                        return next{next_state..., tangents.of(next_state)...}.outputs(y...);
                    },
                    cell_internal::outputs_with_tangents(step, tangents));
            },
            step.states);
    }
    /// The states that the cell begins with, if it says which, and their tangents.
    constexpr auto start(given in) const
        requires lang_internal::has_start<Cell>
    {
        return std::apply(
            [&](auto... first) {
                cell_internal::tangent_recorder tangents = tangents_of_leaves(in);
                tangents.push();
                return next{first..., tangents.of(first)...};
            },
            lang_internal::call_start(cell, in.input).states);
    }

   private:
    /// The tangents of the inputs and of the parameters.
    constexpr auto tangents_of_leaves(given& in) const
    {
        lang_internal::recorder* record = nullptr;
        lang_internal::for_each_input(in.input, [&](auto const& x, auto const&) { record = x.record; });
        cell_internal::tangent_recorder tangents(*record);
        auto const pair_up = [&](auto const& leaves, auto const& directions) {
            for (std::size_t i = 0; i < leaves.size(); ++i) {
                tangents.set(leaves[i], directions[i]);
            }
        };
        pair_up(cell_internal::nodes_of_inputs(in.input), cell_internal::nodes_of_inputs(in.tangent));
        pair_up(cell_internal::nodes_of_parameters(cell), cell_internal::nodes_of_parameters(direction));
        return tangents;
    }
};

}  // namespace rondo::inline RONDO_ISA
