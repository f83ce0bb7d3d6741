#pragma once
/// @file
/// The expression that computes a value, as a user of the language would write it.

#include <rondo/graph/joined_text.hpp>
#include <rondo/graph/matrix_text.hpp>
#include <rondo/graph/name_values.hpp>
#include <rondo/graph/number_text.hpp>

#include <string>
#include <utility>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// Writes expressions of one program.
class definition_writer {
   public:
    definition_writer(program const& p, value_names const& values, leaf_names const& names)
        : p_(p), values_(values), names_(names)
    {
    }

    [[nodiscard]] std::string define(node_id i) const
    {
        node const& n = p_.nodes[i];
        switch (n.opcode) {
            case op::constant: return number_text(n.value);
            case op::negate: return "-" + operand(n.a, product_level);
            case op::broadcast: return operand(n.a, comparison_level);
            case op::add: {
                auto const [a, b] = in_order(n);
                return operand(a, sum_level) + " + " + term(b);
            }
            case op::subtract: return operand(n.a, sum_level) + " - " + operand(n.b, product_level);
            case op::multiply: {
                if (auto const of = matrix_term_of(p_, values_, i); of.what == matrix_product::outer) {
                    return "outer(" + operand(of.left, comparison_level) + ", " +
                           operand(of.right, comparison_level) + ")";
                }
                auto const [a, b] = in_order(n);
                return operand(a, product_level) + " * " + operand(b, whole);
            }
            case op::product: return operand(n.a, product_level) + " * " + operand(n.b, whole);
            case op::transposed_product:
                return "transpose(" + operand(n.a, sum_level) + ") * " + operand(n.b, whole);
            case op::divide: return operand(n.a, product_level) + " / " + operand(n.b, whole);
            case op::sum:
            case op::largest:
            case op::running_sum:
            case op::running_sum_back: return along(i);
            case op::rename:
                return "as<" + dimensions_text(p_, names_, i) + ">(" + operand(n.a, comparison_level) + ")";
            case op::join: return joined(i);
            case op::first_piece:
            case op::last_piece:
                return "part<" + part_name(p_, names_, i) + ">(" +
                       operand(whole_of_part(p_, values_, i), comparison_level) + ")";
            case op::less: return compared(n, " < ");
            case op::less_equal: return compared(n, " <= ");
            case op::equal: return compared(n, " == ");
            case op::not_equal: return compared(n, " != ");
            default: return is_leaf(n.opcode) ? plain(values_[i]) : call(n);
        }
    }

   private:
    // Precedence, lowest first.
    static constexpr int comparison_level = 0;
    static constexpr int sum_level = 1;
    static constexpr int product_level = 2;
    static constexpr int whole = 3;

    /// A function with its operands.
    [[nodiscard]] std::string call(node const& n) const
    {
        std::string out = std::string(word_of(n.opcode)) + "(" + operand(n.a, comparison_level);
        for (node_id const more : {n.b, n.c}) {
            out += more == no_node ? "" : ", " + operand(more, comparison_level);
        }
        return out + ")";
    }
    /// A reduction or a running sum, or the product that it stands for.
    [[nodiscard]] std::string along(node_id i) const
    {
        node const& n = p_.nodes[i];
        if (auto const of = matrix_term_of(p_, values_, i); of.what != matrix_product::none) {
            std::string const left = of.what == matrix_product::transposed
                                         ? "transpose(" + operand(of.left, comparison_level) + ")"
                                         : operand(of.left, product_level);
            return left + " * " + operand(of.right, whole);
        }
        std::string const over = along_text(p_, names_, i);
        return std::string(word_of(n.opcode)) + (over.empty() ? "" : "<" + over + ">") + "(" +
               operand(n.a, comparison_level) + ")";
    }
    /// A join with all of its vectors.
    [[nodiscard]] std::string joined(node_id i) const
    {
        std::string out{};
        for (node_id const o : joined_operands(p_, values_, i)) {
            out += (out.empty() ? "" : ", ") + operand(o, comparison_level);
        }
        return "join(" + out + ")";
    }
    [[nodiscard]] std::string compared(node const& n, char const* sign) const
    {
        return operand(n.a, sum_level) + sign + operand(n.b, sum_level);
    }

    [[nodiscard]] int level(node_id i) const
    {
        if (!values_[i].empty()) {
            return whole;
        }
        node const& n = p_.nodes[i];
        switch (n.opcode) {
            case op::constant: return n.value < 0 ? sum_level : whole;
            case op::broadcast: return level(n.a);
            case op::add:
            case op::subtract:
            case op::negate: return sum_level;
            case op::multiply:
            case op::sum: {
                matrix_product const what = matrix_term_of(p_, values_, i).what;
                bool const is_call =
                    n.opcode == op::sum ? what == matrix_product::none : what == matrix_product::outer;
                return is_call ? whole : product_level;
            }
            case op::divide:
            case op::product:
            case op::transposed_product: return product_level;
            default: return is_comparison(n.opcode) ? comparison_level : whole;
        }
    }
    /// An operand: its name if it has one, else its definition, in brackets if its precedence is below
    /// @p least.
    [[nodiscard]] std::string operand(node_id i, int least) const
    {
        std::string const text = values_[i].empty() ? define(i) : plain(values_[i]);
        return level(i) < least ? "(" + text + ")" : text;
    }
    /// The right term of a sum. A sum needs no brackets, unless it begins with a minus sign.
    [[nodiscard]] std::string term(node_id i) const
    {
        std::string const text = operand(i, sum_level);
        return text.front() == '-' ? "(" + text + ")" : text;
    }
    /// The operands as one would write them. The graph sorts the operands of sums and products by number,
    /// which puts `b` before `W * x`.
    [[nodiscard]] std::pair<node_id, node_id> in_order(node const& n) const
    {
        bool const swap = is_leaf(p_.nodes[n.a].opcode) && p_.nodes[n.a].opcode != op::constant &&
                          !is_leaf(p_.nodes[n.b].opcode);
        return swap ? std::pair{n.b, n.a} : std::pair{n.a, n.b};
    }

    program const& p_;
    value_names const& values_;
    leaf_names const& names_;
};

}  // namespace detail

/// The expression that computes node @p i of @p p, such as `sigmoid(W * x[t] + b)`. Operands that have a name
/// in @p values are named, the others are written out. A leaf is its name. @p names has the names of
/// dimensions, which parts of joined vectors are written with.
inline std::string definition_text(program const& p, value_names const& values, node_id i,
                                   leaf_names const& names = {})
{
    return detail::definition_writer{p, values, names}.define(i);
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
