#pragma once
/// @file
/// The equations of a program in LaTeX, as a paper prints them.

#include <rondo/graph/joined_text.hpp>
#include <rondo/graph/latex_fragment.hpp>
#include <rondo/graph/matrix_text.hpp>
#include <rondo/graph/name_values.hpp>

#include <functional>
#include <string>
#include <utility>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// Writes the equations of one program.
class latex_drawing {
   public:
    latex_drawing(program const& p, leaf_names const& names, value_names const& values)
        : p_(p), names_(names), values_(values)
    {
    }

    [[nodiscard]] std::string run() const
    {
        std::string out{};
        auto const line = [&](std::string const& left, char const* relation, std::string const& right) {
            out += (out.empty() ? "  " : " \\\\\n  ") + left + " &" + relation + " " + right;
        };
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            symbol const& s = values_[i];
            if (!is_leaf(p_.nodes[i].opcode) && !s.empty()) {
                line(latex(s), "=", definition(i).text);
            }
        }
        for (std::size_t k = 0; k < p_.states.size(); ++k) {
            symbol const s = name_of_next(p_, k, names_);
            if (values_[p_.states[k].to] != s) {
                line(latex(s), "=", expression(p_.states[k].to).text);
            }
        }
        for (program_result const& r : p_.results) {
            symbol const s = name_of_result(r, names_);
            if (is_added_up(r.what)) {
                line(latex(s), "\\mathrel{+}=", expression(r.value).text);
            } else if (values_[r.value] != s) {
                line(latex(s), "=", expression(r.value).text);
            }
        }
        return "\\begin{aligned}\n" + out + "\n\\end{aligned}";
    }

   private:
    [[nodiscard]] latex_fragment expression(node_id i) const
    {
        symbol const& s = values_[i];
        return s.empty() ? definition(i) : latex_fragment{latex(s)};
    }
    /// An operand, in brackets if its precedence is lower than @p tightly.
    [[nodiscard]] std::string operand(node_id i, binding tightly) const
    {
        latex_fragment const x = expression(i);
        return x.holds < tightly ? bracketed(x.text) : x.text;
    }
    /// The right term of a sum: a minus sign may not follow another sign.
    [[nodiscard]] std::string term(node_id i, binding tightly) const
    {
        std::string const text = operand(i, tightly);
        return text.front() == '-' ? bracketed(text) : text;
    }
    /// The operands as one would write them, computed values before leaves. The graph sorts the operands of
    /// sums and products by number, which puts `b` before `W x`.
    [[nodiscard]] std::pair<node_id, node_id> in_order(node const& n) const
    {
        bool const swap = is_leaf(p_.nodes[n.a].opcode) && !is_leaf(p_.nodes[n.b].opcode);
        return swap ? std::pair{n.b, n.a} : std::pair{n.a, n.b};
    }
    [[nodiscard]] latex_fragment multiplied(node const& n) const
    {
        auto const number = [&](node_id i) { return p_.nodes[i].opcode == op::constant; };
        if (number(n.a) || number(n.b)) {
            node_id const factor = number(n.a) ? n.a : n.b;
            node_id const other = number(n.a) ? n.b : n.a;
            std::string const left = operand(factor, binding::side_by_side);
            // Two numbers side by side would read as one.
            return number(other) ? latex_fragment{left + " \\cdot " + operand(other, binding::side_by_side),
                                                  binding::entrywise}
                                 : latex_fragment{left + "\\," + operand(other, binding::side_by_side),
                                                  left.front() == '-' ? binding::sum : binding::side_by_side};
        }
        bool const scalar = p_.nodes[n.a].shape.is_scalar() || p_.nodes[n.b].shape.is_scalar();
        auto const [a, b] = in_order(n);
        return {
            term(a, binding::entrywise) + (scalar ? " \\cdot " : " \\odot ") + term(b, binding::entrywise),
            binding::entrywise};
    }
    [[nodiscard]] std::string applied(char const* function, node_id a, node_id b = no_node) const
    {
        return function + bracketed(expression(a).text + (b == no_node ? "" : ", " + expression(b).text));
    }
    /// The name of a dimension as text.
    static std::string escaped(std::string const& name)
    {
        std::string out{};
        for (char const c : name) {
            out += c == '_' ? "\\_" : std::string{c};
        }
        return out;
    }
    /// A join as a column of all its vectors, or a part of one.
    [[nodiscard]] latex_fragment moved(node_id i) const
    {
        if (is_part(p_.nodes[i].opcode)) {
            return {"\\operatorname{part}_{\\mathrm{" + escaped(part_name(p_, names_, i)) + "}}" +
                        bracketed(expression(whole_of_part(p_, values_, i)).text),
                    binding::whole};
        }
        std::string out{};
        for (node_id const o : joined_operands(p_, values_, i)) {
            out += (out.empty() ? "" : ";\\, ") + expression(o).text;
        }
        return {"\\left[" + out + "\\right]", binding::whole};
    }
    /// A product of matrices.
    [[nodiscard]] latex_fragment multiplied_matrices(matrix_term of) const
    {
        bool const are_vectors =
            !p_.nodes[of.left].shape.is_matrix() && !p_.nodes[of.right].shape.is_matrix();
        switch (of.what) {
            case matrix_product::contraction:
                return {operand(of.left, binding::name) + "\\, " + operand(of.right, binding::whole),
                        binding::side_by_side};
            case matrix_product::transposed:
                return {operand(of.left, binding::name) + "^{\\top} " + operand(of.right, binding::whole),
                        binding::side_by_side};
            default:
                return {operand(of.left, binding::whole) +
                            (are_vectors ? "\\, " + operand(of.right, binding::name) + "^{\\top}"
                                         : " \\otimes " + operand(of.right, binding::whole)),
                        are_vectors ? binding::side_by_side : binding::entrywise};
        }
    }
    /// A reduction or a running sum of a matrix, with the dimension that it is along, or of a vector.
    [[nodiscard]] latex_fragment along(node_id i) const
    {
        node const& n = p_.nodes[i];
        std::string const over = along_text(p_, names_, i);
        std::string const name =
            n.opcode == op::largest ? "\\max" : "\\operatorname{" + std::string(word_of(n.opcode)) + "}";
        std::string const below = over.empty() ? "" : "_{\\mathrm{" + escaped(over) + "}}";
        return {name + below + bracketed(expression(n.a).text), binding::whole};
    }
    /// A value repeated along the dimensions that it lacks.
    [[nodiscard]] std::string repeated(node const& n) const
    {
        node const& from = p_.nodes[n.a];
        if (from.opcode == op::constant && std::equal_to{}(from.value, 0.0)) {
            return "0";
        }
        if (from.shape.rank() == 1 && n.shape.rank() == 2) {
            return from.shape.rows() == n.shape.rows()
                       ? operand(n.a, binding::whole) + "\\,\\mathbf{1}^{\\top}"
                       : "\\mathbf{1}\\," + operand(n.a, binding::name) + "^{\\top}";
        }
        return operand(n.a, binding::whole) + "\\,\\mathbf{1}";
    }
    /// A comparison without brackets.
    [[nodiscard]] std::string compared(node const& n) const
    {
        char const* const sign = n.opcode == op::less         ? " < "
                                 : n.opcode == op::less_equal ? " \\leq "
                                 : n.opcode == op::equal      ? " = "
                                                              : " \\neq ";
        return operand(n.a, binding::sum) + sign + operand(n.b, binding::sum);
    }
    /// A function by its name in the language, with all operands.
    [[nodiscard]] latex_fragment named(node const& n) const
    {
        std::string operands = expression(n.a).text;
        for (node_id const more : {n.b, n.c}) {
            operands += more == no_node ? "" : ", " + expression(more).text;
        }
        return {"\\operatorname{" + std::string(word_of(n.opcode)) + "}" + bracketed(operands),
                binding::whole};
    }
    /// A choice between two values.
    [[nodiscard]] latex_fragment chosen(node const& n) const
    {
        bool const is_named = !values_[n.a].empty() || !is_comparison(p_.nodes[n.a].opcode);
        std::string const condition = is_named ? expression(n.a).text + " \\neq 0" : compared(p_.nodes[n.a]);
        return {"\\begin{cases} " + expression(n.b).text + " & \\text{if } " + condition + " \\\\ " +
                    expression(n.c).text + " & \\text{else} \\end{cases}",
                binding::whole};
    }
    [[nodiscard]] latex_fragment definition(node_id i) const
    {
        node const& n = p_.nodes[i];
        if (auto const of = matrix_term_of(p_, values_, i); of.what != matrix_product::none) {
            return multiplied_matrices(of);
        }
        switch (n.opcode) {
            case op::constant: return number_fragment(n.value);
            case op::negate: return {"-" + term(n.a, binding::entrywise), binding::sum};
            case op::sigmoid: return {applied("\\sigma", n.a), binding::whole};
            case op::tanh: return {applied("\\tanh", n.a), binding::whole};
            case op::exp: return {applied("\\exp", n.a), binding::whole};
            case op::log: return {applied("\\log", n.a), binding::whole};
            case op::sin: return {applied("\\sin", n.a), binding::whole};
            case op::cos: return {applied("\\cos", n.a), binding::whole};
            case op::tan: return {applied("\\tan", n.a), binding::whole};
            case op::sqrt: return {"\\sqrt{" + expression(n.a).text + "}", binding::whole};
            case op::pow:
                return {operand(n.a, binding::name) + "^{" + expression(n.b).text + "}", binding::whole};
            case op::square: return {operand(n.a, binding::name) + "^{2}", binding::whole};
            case op::abs: return {"\\left|" + expression(n.a).text + "\\right|", binding::whole};
            case op::positive: return {"\\left[" + expression(n.a).text + " > 0\\right]", binding::whole};
            case op::floor:
                return {"\\left\\lfloor " + expression(n.a).text + " \\right\\rfloor", binding::whole};
            case op::sum:
            case op::largest:
            case op::running_sum:
            case op::running_sum_back: return along(i);
            case op::minimum: return {applied("\\min", n.a, n.b), binding::whole};
            case op::maximum: return {applied("\\max", n.a, n.b), binding::whole};
            case op::less:
            case op::less_equal:
            case op::equal:
            case op::not_equal: return {"\\left[" + compared(n) + "\\right]", binding::whole};  // 1 or 0
            case op::select: return chosen(n);
            case op::broadcast: return {repeated(n), binding::side_by_side};
            case op::transpose: return {operand(n.a, binding::name) + "^{\\top}", binding::whole};
            case op::rename: return expression(n.a);
            case op::add:
                return {
                    operand(in_order(n).first, binding::sum) + " + " + term(in_order(n).second, binding::sum),
                    binding::sum};
            case op::subtract:
                return {operand(n.a, binding::sum) + " - " + term(n.b, binding::entrywise), binding::sum};
            case op::multiply: return multiplied(n);
            case op::divide:
                return {"\\frac{" + expression(n.a).text + "}{" + expression(n.b).text + "}", binding::whole};
            case op::product:
                return {operand(n.a, binding::name) + "\\, " + operand(n.b, binding::whole),
                        binding::side_by_side};
            case op::transposed_product:
                return {operand(n.a, binding::name) + "^{\\top} " + operand(n.b, binding::whole),
                        binding::side_by_side};
            case op::outer:
                return {operand(n.a, binding::whole) + "\\, " + operand(n.b, binding::name) + "^{\\top}",
                        binding::side_by_side};
            default: return moves_entries(n.opcode) ? moved(i) : named(n);
        }
    }

    program const& p_;
    leaf_names const& names_;
    value_names const& values_;
};

}  // namespace detail

/// Writes the equations of @p p as an `aligned` environment, a line for every value that @p values
/// names and for every value that leaves the step; a value without a name is written out where it is used.
/// `⊙` is the product entry by entry, a bar marks an adjoint, `[a > 0]` is 1 where a > 0 and
/// 0 elsewhere, and a gradient that is summed over the steps is written with `+=`.
inline std::string draw_latex(program const& p, leaf_names const& names, value_names const& values)
{
    return detail::latex_drawing{p, names, values}.run();
}
/// Writes the equations of @p p with names that name_values() chooses.
inline std::string draw_latex(program const& p, leaf_names const& names = {})
{
    return draw_latex(p, names, name_values(p, names));
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
