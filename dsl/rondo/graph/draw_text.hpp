#pragma once
/// @file
/// A program as lines of text, one for each node, for debugging.

#include <rondo/graph/joined_text.hpp>
#include <rondo/graph/matrix_text.hpp>
#include <rondo/graph/name_values.hpp>
#include <rondo/graph/number_text.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// Writes the lines of one program.
class text_drawing {
   public:
    text_drawing(program const& p, leaf_names const& names, value_names const& values)
        : p_(p), names_(names), values_(values)
    {
    }

    [[nodiscard]] std::string run() const
    {
        std::vector<std::array<std::string, 3>> lines{};
        std::array<std::size_t, 2> width{};
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            lines.push_back({reference(i), shape(p_.nodes[i].shape), right_side(i)});
            for (std::size_t c = 0; c < width.size(); ++c) {
                width[c] = std::max(width[c], lines.back()[c].size());
            }
        }
        std::string out{};
        for (auto const& line : lines) {
            for (std::size_t c = 0; c < width.size(); ++c) {
                out += line[c] + std::string(width[c] - line[c].size() + 2, ' ');
            }
            out += line[2] + "\n";
        }
        for (std::size_t k = 0; k < p_.states.size(); ++k) {
            out +=
                "next " + timeless(name_of_next(p_, k, names_)) + " = " + reference(p_.states[k].to) + "\n";
        }
        for (program_result const& r : p_.results) {
            bool const adds = is_added_up(r.what);
            out += "yield " + timeless(name_of_result(r, names_)) + (adds ? " += " : " = ") +
                   reference(r.value) + "\n";
        }
        return out;
    }

   private:
    static std::string timeless(symbol s)
    {
        s.when = moment::none;
        return plain(s);
    }
    [[nodiscard]] std::string reference(node_id i) const
    {
        node const& n = p_.nodes[i];
        if (n.opcode == op::constant) {
            return number_text(n.value);
        }
        symbol const& s = values_[i];
        return s.empty() ? "%" + std::to_string(i) : plain(s);
    }
    [[nodiscard]] std::string dimension(dimension_id d) const
    {
        return d == unit ? "1" : names_.dimension(static_cast<std::size_t>(d));
    }
    [[nodiscard]] std::string shape(extents s) const
    {
        std::string out = dimension(s.dims[0]);
        for (dimension_id const d : {s.dims[1], s.dims[2]}) {
            out += d == unit ? "" : " x " + dimension(d);
        }
        return out;
    }
    [[nodiscard]] std::string right_side(node_id i) const
    {
        node const& n = p_.nodes[i];
        if (is_leaf(n.opcode)) {
            return std::string(name_of(n.opcode));
        }
        std::string const a = reference(n.a);
        std::string const b = n.b == no_node ? "" : reference(n.b);
        switch (n.opcode) {
            case op::add: return a + " + " + b;
            case op::subtract: return a + " - " + b;
            case op::multiply:
            case op::product: return a + " * " + b;
            case op::divide: return a + " / " + b;
            case op::negate: return "-" + a;
            case op::transposed_product: return "transpose(" + a + ") * " + b;
            case op::sum:
            case op::largest:
            case op::running_sum:
            case op::running_sum_back: {
                std::string const over = along_text(p_, names_, i);
                return std::string(word_of(n.opcode)) + (over.empty() ? "" : "<" + over + ">") + "(" + a +
                       ")";
            }
            case op::rename: return "as<" + dimensions_text(p_, names_, i) + ">(" + a + ")";
            case op::first_piece:
            case op::last_piece: return "part<" + part_name(p_, names_, i) + ">(" + a + ")";
            case op::less: return a + " < " + b;
            case op::less_equal: return a + " <= " + b;
            case op::equal: return a + " == " + b;
            case op::not_equal: return a + " != " + b;
            default:
                return std::string(word_of(n.opcode)) + "(" + a + (b.empty() ? "" : ", " + b) +
                       (n.c == no_node ? "" : ", " + reference(n.c)) + ")";
        }
    }

    program const& p_;
    leaf_names const& names_;
    value_names const& values_;
};

}  // namespace detail

/// Lists @p p, a line for a node: its name, its shape, and the operation in the words of the
/// language. Nodes that have no name in @p values are numbered, as `%12`. The last lines are the new states
/// and the results.
///
/// @code
/// %10     hidden  W * x[t]
/// %11     hidden  U * s[t-1]
/// next s = s[t]
/// @endcode
inline std::string draw_text(program const& p, leaf_names const& names, value_names const& values)
{
    return detail::text_drawing{p, names, values}.run();
}
/// Lists @p p with names that name_values() chooses.
inline std::string draw_text(program const& p, leaf_names const& names = {})
{
    return draw_text(p, names, name_values(p, names));
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
