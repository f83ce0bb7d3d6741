#pragma once
/// @file
/// A cell's two steps, drawn with what the compiler knows of them: names, and where each operation
/// runs.
///
/// A graph knows nothing of cells and a picture of a step that does not show its recurrence hides
/// what matters most, so the two meet here. No program that only runs a model includes this.

#include <rondo/graph/draw_dot.hpp>
#include <rondo/graph/draw_latex.hpp>
#include <rondo/graph/draw_text.hpp>
#include <rondo/pass/pipeline.hpp>

#include <string>
#include <utility>
#include <vector>

namespace rondo {

/// One step of a cell, drawn three ways.
struct drawing {
    std::string text{};   ///< a line for every node
    std::string dot{};    ///< for Graphviz
    std::string latex{};  ///< an `aligned` environment
};

/// The names in @p s, for drawings. @p states names the states, which reflection cannot.
inline leaf_names names_of(signature const& s, std::vector<std::string> states = {})
{
    leaf_names names{};
    names.states = std::move(states);
    for (std::string_view const d : s.dimensions) {
        names.dimensions.emplace_back(d);
    }
    for (parameter_info const& p : s.parameters) {
        names.parameters.emplace_back(p.name.view());
    }
    return names;
}

/// Boxes for the loops of @p p, which run step by step, and for the phases before, between and
/// after them, which run once over all steps. Leaves stand outside.
inline clusters places_of(program const& p)
{
    recurrence_structure const r = recurrence(p);
    clusters boxes{};
    for (int turn = 0; turn <= r.loops; ++turn) {
        std::string const number = r.loops > 1 ? " " + std::to_string(turn) : "";
        // Cluster 2t is the loop of turn t, 2t + 1 the phase after it.
        boxes.clusters.push_back({"step by step" + number, "#ffeeee"});
        boxes.clusters.push_back(
            {turn == 0 ? "all steps at once, before the loop" : "all steps at once, after the loop" + number,
             "#eef4ff"});
    }
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        section const where = r.sections[static_cast<std::size_t>(i)];
        boxes.of.push_back(is_leaf(p.nodes[i].opcode) ? -1 : 2 * where.loop + !where.is_loop);
    }
    return boxes;
}

/// Draws the forward step of @p Cell as it is compiled. Values that the backward step finds in
/// memory are named. @p states names the states in the order in which the step takes them.
template <class Cell>
drawing draw_forward(std::vector<std::string> states = {})
{
    program const& step = compiled<Cell>::forward;
    leaf_names const names = names_of(compiled<Cell>::shapes, std::move(states));
    value_names const values = name_values(step, names, compiled<Cell>::reverse.kept);
    return {draw_text(step, names, values), draw_dot(step, names, values, places_of(step)),
            draw_latex(step, names, values)};
}

/// Draws the derived backward step of @p Cell. What it reads of the forward step has the name that
/// draw_forward() gives it.
template <class Cell>
drawing draw_backward(std::vector<std::string> states = {})
{
    program const& step = compiled<Cell>::backward;
    auto const& kept = compiled<Cell>::reverse.kept;
    leaf_names names = names_of(compiled<Cell>::shapes, std::move(states));
    value_names const forward = name_values(compiled<Cell>::forward, names, kept);
    for (node_id const i : kept) {
        names.kept.push_back(forward[static_cast<std::size_t>(i)]);
    }
    value_names const values = name_values(step, names);
    return {draw_text(step, names, values), draw_dot(step, names, values, places_of(step)),
            draw_latex(step, names, values)};
}

}  // namespace rondo
