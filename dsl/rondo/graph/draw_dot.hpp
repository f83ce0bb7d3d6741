#pragma once
/// @file
/// A program as a drawing, in the language of Graphviz.

#include <rondo/graph/clusters.hpp>
#include <rondo/graph/dot_look.hpp>
#include <rondo/graph/joined_text.hpp>
#include <rondo/graph/matrix_text.hpp>
#include <rondo/graph/name_values.hpp>
#include <rondo/graph/number_text.hpp>

#include <set>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// Writes the statements of one drawing.
class dot_drawing {
   public:
    dot_drawing(program const& p, leaf_names const& names, value_names const& values)
        : p_(p), names_(names), values_(values)
    {
    }

    [[nodiscard]] std::string run(clusters const& boxes) const
    {
        std::string out =
            "digraph step {\n"
            "  graph [rankdir=BT, bgcolor=\"white\", fontname=\"Helvetica\", fontsize=11, "
            "ranksep=0.3, nodesep=0.2];\n"
            "  node [fontname=\"Helvetica\", fontsize=11, height=0.3, width=0.3, "
            "margin=\"0.08,0.04\"];\n"
            "  edge [color=\"#555555\", arrowsize=0.5, fontname=\"Helvetica\", fontsize=10];\n";
        int number = 0;
        for (cluster const& box : boxes.boxes) {
            std::string inside{};
            for (node_id i = 0; i < p_.nodes.size(); ++i) {
                if (boxes.of[i] == number) {
                    inside += "  " + statement(i);
                }
            }
            if (!inside.empty()) {
                out += "  subgraph cluster_" + std::to_string(number) + " {\n    label=" + quoted(box.title) +
                       "; labeljust=l; labelloc=b; style=\"rounded,filled\"; " +
                       "color=\"#aaaaaa\"; fillcolor=" + quoted(box.colour) + ";\n" + inside + "  }\n";
            }
            ++number;
        }
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (p_.nodes[i].opcode != op::constant && boxes.of[i] < 0) {
                out += statement(i);
            }
        }
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            out += edges(i);
        }
        return out + ends() + "}\n";
    }

   private:
    static std::string quoted(std::string_view text)
    {
        std::string out = "\"";
        for (char const c : text) {
            out += c == '\n' ? "\\n" : c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
        }
        return out + "\"";
    }
    static std::string id(node_id i) { return "n" + std::to_string(i); }

    [[nodiscard]] std::string label(node_id i) const
    {
        op const code = p_.nodes[i].opcode;
        std::string const along = is_part(code)            ? part_name(p_, names_, i)
                                  : is_row_operation(code) ? along_text(p_, names_, i)
                                  : code == op::rename     ? dimensions_text(p_, names_, i)
                                                           : "";
        return dot_label(code) + (along.empty() ? "" : " " + along);
    }
    [[nodiscard]] std::string statement(node_id i) const
    {
        node const& n = p_.nodes[i];
        symbol const& s = values_[i];
        std::string const text = is_leaf(n.opcode) ? plain(s)
                                 : s.empty()       ? label(i)
                                                   : plain(s) + "\n" + label(i);
        return "  " + id(i) + " [label=" + quoted(text) + ", " + dot_look(n.opcode) + "];\n";
    }
    /// The edges into node @p i. Each user of a constant has a node of its own for it.
    [[nodiscard]] std::string edges(node_id i) const
    {
        node const& n = p_.nodes[i];
        std::string out{};
        auto const edge = [&](node_id from, char slot, char const* mark) {
            std::string name = id(from);
            if (p_.nodes[from].opcode == op::constant) {
                name = "c" + std::to_string(i) + slot;
                out += "  " + name + " [label=" + quoted(number_text(p_.nodes[from].value)) +
                       ", shape=plaintext];\n";
            }
            out += "  " + name + " -> " + id(i) + (mark == nullptr ? "" : mark) + ";\n";
        };
        if (n.a != no_node) {
            edge(n.a, 'a', nullptr);
        }
        if (n.b != no_node) {
            edge(n.b, 'b', mark_of_second(n.opcode));
        }
        if (n.c != no_node) {
            edge(n.c, 'c', " [label=\"else\"]");
        }
        return out;
    }
    /// The mark of the edge from a second operand, where operands have an order.
    static char const* mark_of_second(op code)
    {
        switch (code) {
            case op::subtract: return " [label=\"−\"]";
            case op::divide: return " [label=\"÷\"]";
            case op::select: return " [label=\"then\"]";
            case op::above:
            case op::less:
            case op::less_equal:
            case op::fmod:
            case op::join:
            case op::pow: return " [label=\"b\"]";
            default: return nullptr;
        }
    }
    /// The boxes for values that leave the step; several parts of one gradient share a box.
    [[nodiscard]] std::string ends() const
    {
        std::string out{};
        std::set<std::string> drawn{};
        auto const end = [&](std::string const& name, node_id value, char const* style) {
            std::string const box = quoted("end " + name);
            if (drawn.insert(box).second) {
                out += "  " + box + " [label=" + quoted(name) + ", shape=box, " + style + "];\n";
            }
            out += "  " + id(value) + " -> " + box + ";\n";
            if (p_.nodes[value].opcode == op::constant && drawn.insert(id(value)).second) {
                out += statement_of_constant(value);
            }
        };
        for (std::size_t k = 0; k < p_.states.size(); ++k) {
            end("next " + plain(name_of_next(p_, k, names_)), p_.states[k].to,
                "style=\"filled,bold\", fillcolor=\"#cfe2ff\"");
        }
        for (program_result const& r : p_.results) {
            bool const adds = is_added_up(r.what);
            end(plain(name_of_result(r, names_)) + (adds ? " +=" : ""), r.value,
                adds ? "style=\"rounded,filled,bold\", fillcolor=\"#eeeeee\""
                     : "style=\"filled,bold\", fillcolor=\"#d9f2d9\"");
        }
        return out;
    }
    [[nodiscard]] std::string statement_of_constant(node_id i) const
    {
        return "  " + id(i) + " [label=" + quoted(number_text(p_.nodes[i].value)) + ", shape=plaintext];\n";
    }

    program const& p_;
    leaf_names const& names_;
    value_names const& values_;
};

}  // namespace detail

/// Draws @p p for Graphviz's `dot`: leaves and ends as boxes (states blue, input and output green,
/// parameters grey, saved values dashed), matrix products orange, other operations white, and
/// the boxes of @p boxes around them.
inline std::string draw_dot(program const& p, leaf_names const& names, value_names const& values,
                            clusters const& boxes = {})
{
    return detail::dot_drawing{p, names, values}.run(boxes);
}
/// Draws @p p with names that name_values() chooses.
inline std::string draw_dot(program const& p, leaf_names const& names = {}, clusters const& boxes = {})
{
    return draw_dot(p, names, name_values(p, names), boxes);
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
