#pragma once
/// @file
/// A cell's two steps, drawn with the names of the cell and the position of each operation.
///
/// A graph knows nothing of cells, and a drawing of a step that does not show its recurrence hides
/// its most important property, so the two meet here. No program that only runs a model includes this.

#include <rondo/graph/draw_dot.hpp>
#include <rondo/graph/draw_latex.hpp>
#include <rondo/graph/draw_text.hpp>
#include <rondo/pass/pipeline.hpp>

#include <string>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA {

/// One step of a cell, drawn three ways.
struct drawing {
    std::string text{};   ///< a line for every node
    std::string dot{};    ///< for Graphviz
    std::string latex{};  ///< an `aligned` environment
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::ir_internal {

/// The names in @p s, for drawings. @p states names the states that have no name in a struct.
inline leaf_names names_of(signature const& s, std::vector<std::string> states = {})
{
    leaf_names names{};
    names.states = std::move(states);
    names.name_sequences(s);
    for (std::string_view const d : s.dimensions) {
        names.dimensions.emplace_back(d);
    }
    for (parameter_info const& p : s.parameters) {
        names.parameters.emplace_back(p.name.view());
    }
    return names;
}

/// The names for the drawings of the step of @p Cell. A per-sequence value that is an input has its name.
template <class Cell>
leaf_names names_of_step(std::vector<std::string> states = {})
{
    leaf_names names = names_of(compiled<Cell>::shapes, std::move(states));
    if constexpr (compiled<Cell>::has_prologue) {
        separated_step const& apart = compiled<Cell>::separated;
        names.per_sequence.resize(static_cast<std::size_t>(apart.values));
        for (std::size_t k = 0; k < names.per_sequence.size(); ++k) {
            node const& n = apart.prologue.nodes[apart.prologue.results[k].value];
            if (n.opcode == op::input) {
                names.per_sequence[k] =
                    names.input(names.changing_inputs + static_cast<std::size_t>(n.index));
            }
        }
    }
    return names;
}

/// Boxes for the loops of @p p, which run step by step, and for the phases before, between and
/// after them, which run once over all steps. Leaves are in no box.
inline clusters clusters_of(program const& p)
{
    recurrence_structure const r = move_into_loops(p, recurrence(p));
    clusters boxes{};
    for (int loop = 0; loop <= r.loops; ++loop) {
        std::string const number = r.loops > 1 ? " " + std::to_string(loop) : "";
        // Box 2t is loop t, box 2t + 1 the phase after it.
        boxes.boxes.push_back({"step by step" + number, "#ffeeee"});
        boxes.boxes.push_back(
            {loop == 0 ? "all steps at once, before the loop" : "all steps at once, after the loop" + number,
             "#eef4ff"});
    }
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        position const where = r.positions[i];
        boxes.of[i] = is_leaf(p.nodes[i].opcode) ? -1 : 2 * where.loop + !where.is_loop;
    }
    return boxes;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal

namespace rondo::inline RONDO_ISA {

/// Draws the forward step of @p Cell as it is compiled. Values that are saved for the backward step
/// have names. @p states names the states in the order in which the step takes them.
template <class Cell>
drawing draw_forward(std::vector<std::string> states = {})
{
    ir_internal::program const& step = ir_internal::compiled<Cell>::forward;
    ir_internal::leaf_names const names = ir_internal::names_of_step<Cell>(std::move(states));
    ir_internal::value_names const values =
        ir_internal::name_values(step, names, ir_internal::compiled<Cell>::reverse.saved);
    return {ir_internal::draw_text(step, names, values),
            ir_internal::draw_dot(step, names, values, ir_internal::clusters_of(step)),
            ir_internal::draw_latex(step, names, values)};
}

/// Draws the prologue of @p Cell, which has per_sequence inputs or a start(): what is computed once for each
/// sequence. Its results are the values q_1, q_2 and so on, which the drawing of the step shows as leaves,
/// and the initial states.
template <class Cell>
drawing draw_prologue(std::vector<std::string> states = {})
{
    using prologue = ir_internal::compiled<ir_internal::prologue_of<Cell>>;
    ir_internal::program const& step = prologue::forward;
    ir_internal::leaf_names const outside = ir_internal::names_of_step<Cell>(std::move(states));
    ir_internal::leaf_names names = ir_internal::names_of(prologue::shapes);
    names.is_prologue = true;
    for (std::size_t k = 0; k < step.results.size(); ++k) {
        std::size_t const values = outside.per_sequence.size();
        names.outputs.push_back(k < values ? outside.per_sequence_value(k)
                                           : outside.state(k - values) + "_0");
    }
    ir_internal::value_names const values = ir_internal::name_values(step, names, prologue::reverse.saved);
    return {ir_internal::draw_text(step, names, values),
            ir_internal::draw_dot(step, names, values, ir_internal::clusters_of(step)),
            ir_internal::draw_latex(step, names, values)};
}

/// Draws the derived backward step of @p Cell. A forward value has the name that draw_forward() gives it.
template <class Cell>
drawing draw_backward(std::vector<std::string> states = {})
{
    ir_internal::program const& step = ir_internal::compiled<Cell>::backward;
    auto const& saved = ir_internal::compiled<Cell>::reverse.saved;
    ir_internal::leaf_names names = ir_internal::names_of_step<Cell>(std::move(states));
    ir_internal::value_names const forward =
        ir_internal::name_values(ir_internal::compiled<Cell>::forward, names, saved);
    for (ir_internal::node_id const i : saved) {
        names.saved.push_back(forward[i]);
    }
    ir_internal::value_names const values = ir_internal::name_values(step, names);
    return {ir_internal::draw_text(step, names, values),
            ir_internal::draw_dot(step, names, values, ir_internal::clusters_of(step)),
            ir_internal::draw_latex(step, names, values)};
}

}  // namespace rondo::inline RONDO_ISA
