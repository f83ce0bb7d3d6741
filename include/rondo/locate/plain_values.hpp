#pragma once
/// @file
/// Evaluates one step of one sequence, node by node.

#include <rondo/locate/entry_place.hpp>
#include <rondo/locate/finished_run.hpp>
#include <rondo/locate/recorded_model.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The entries of a value or of an adjoint.
using plain_value = std::vector<double>;

namespace detail {

/// One entry of a transcendental function.
inline double apply_transcendental(op code, double a)
{
    switch (code) {
        case op::sin: return std::sin(a);
        case op::cos: return std::cos(a);
        case op::tan: return std::tan(a);
        case op::expm1: return std::expm1(a);
        case op::log1p: return std::log1p(a);
        case op::erf: return std::erf(a);
        case op::softplus: return (a <= 0 ? 0 : a) + std::log1p(std::exp(-std::fabs(a)));
        default: return a;  // broadcast, with_gradient, clip_gradient
    }
}

/// One entry of an elementwise operation.
inline double apply_plainly(op code, double a, double b, double c, double least)
{
    switch (code) {
        case op::negate: return -a;
        case op::sigmoid: {
            double const y = 1 / (1 + std::exp(-a));
            return y < least ? least : y;  // as the kernels' function; NaN for NaN
        }
        case op::tanh: return std::tanh(a);
        case op::exp: return std::exp(a);
        case op::log: return std::log(a);
        case op::sqrt: return std::sqrt(a);
        case op::relu: return a <= 0 ? 0 : a;
        case op::square: return a * a;
        case op::abs: return std::fabs(a);
        case op::sign: return a > 0 ? 1 : a < 0 ? -1 : a;
        case op::positive: return a > 0 ? 1 : a <= 0 ? 0 : a;
        case op::add: return a + b;
        case op::subtract: return a - b;
        case op::multiply: return a * b;
        case op::divide: return a / b;
        case op::floor: return std::floor(a);
        case op::trunc: return std::trunc(a);
        case op::round: return std::nearbyint(a);
        case op::rsqrt: return 1 / std::sqrt(a);
        case op::minimum: return a < b || std::isnan(a) ? a : b;
        case op::maximum: return a > b || std::isnan(a) ? a : b;
        case op::above: return a > b ? 1 : a < b ? 0 : std::isunordered(a, b) ? a + b : 0.5;
        case op::less: return a < b;
        case op::less_equal: return a <= b;
        case op::equal: return std::equal_to{}(a, b);
        case op::not_equal: return std::not_equal_to{}(a, b);
        case op::fmod: return std::fmod(a, b);
        case op::pow: return std::pow(a, b);
        case op::select: return std::equal_to{}(a, 0.0) ? c : b;
        default: return apply_transcendental(code, a);
    }
}

}  // namespace detail

/// The values of all nodes of a step, in the type of the model: computed in double and rounded, which for one
/// addition, multiplication, division or square root is the result in float to the bit. Sums are added in
/// order, so results differ from those of kernels by rounding.
class plain_values {
   public:
    /// Refers to @p m.
    explicit plain_values(recorded_model const& m)
        : m_(m), values_(m.step.nodes.size()), is_finite_(values_.size())
    {
        for (std::size_t i = 0; i < values_.size(); ++i) {
            node const& n = m_.step.nodes[i];
            is_finite_[i] = n.opcode != op::parameter || first_not_finite(i) == parameter(n).size();
        }
    }

    /// Evaluates the step that begins with @p states and whose inputs are row @p row of @p inputs, and row
    /// @p sequence of those that are @p per_sequence.
    void evaluate(sequence_numbers const& inputs, std::size_t row, std::vector<plain_value> const& states,
                  sequence_numbers const& per_sequence = {}, std::size_t sequence = 0)
    {
        for (std::size_t i = 0; i < values_.size(); ++i) {
            node const& n = m_.step.nodes[i];
            if (is_read_in_place(n)) {
                continue;
            }
            values_[i].resize(entries_of(m_, n.shape));
            if (is_leaf(n.opcode)) {
                auto const number = static_cast<std::size_t>(n.index);
                bool const is_kept = (n.opcode == op::input || n.opcode == op::symbol) &&
                                     number >= inputs.size() && !per_sequence.empty();
                load(n, values_[i],
                     is_kept ? per_sequence[number - inputs.size()] : number_view_of(inputs, n),
                     is_kept ? sequence : row, states);
            } else {
                compute(n, values_[i]);
            }
            for (double& v : values_[i]) {
                v = m_.rounded(v);
            }
            is_finite_[i] = first_not_finite(i) == values_[i].size();
        }
    }
    /// The entries of node @p i, which is no parameter of two dimensions or more.
    [[nodiscard]] plain_value const& operator[](node_id i) const
    {
        return values_[static_cast<std::size_t>(i)];
    }
    /// The entry of node @p i, an operand of a node of shape @p shape, that its entry @p k is computed from.
    [[nodiscard]] double entry(node_id i, extents shape, std::size_t k) const
    {
        node const& n = m_.step.nodes[static_cast<std::size_t>(i)];
        std::size_t const at = entry_along(m_, shape, k, n.shape);
        return is_read_in_place(n) ? m_.rounded(parameter(n)[at]) : (*this)[i][at];
    }
    /// Whether all entries of node @p i are finite.
    [[nodiscard]] bool is_finite(node_id i) const { return is_finite_[static_cast<std::size_t>(i)]; }
    /// The entries of the parameter @p n.
    [[nodiscard]] number_view const& parameter(node const& n) const { return m_.parameters[n.index]; }
    /// The first entry of node @p i that is not finite, or the number of its entries.
    [[nodiscard]] std::size_t first_not_finite(std::size_t i) const
    {
        node const& n = m_.step.nodes[i];
        return n.opcode == op::parameter
                   ? parameter(n).first_not_finite()
                   : number_view(values_[i].data(), values_[i].size()).first_not_finite();
    }

   private:
    /// Whether @p n is a parameter of two dimensions or more, which is not copied.
    static bool is_read_in_place(node const& n) { return n.opcode == op::parameter && n.shape.is_matrix(); }
    /// The numbers of the input @p n; those of any other leaf are not read.
    static number_view number_view_of(sequence_numbers const& inputs, node const& n)
    {
        bool const is_input = n.opcode == op::input || n.opcode == op::symbol;
        return is_input ? inputs[static_cast<std::size_t>(n.index)] : number_view{};
    }
    void load(node const& n, plain_value& to, number_view const& given, std::size_t row,
              std::vector<plain_value> const& states) const
    {
        for (std::size_t k = 0; k < to.size(); ++k) {
            to[k] = n.opcode == op::symbol      ? std::equal_to{}(given[row], static_cast<double>(k)) ? 1 : 0
                    : n.opcode == op::input     ? given[row * to.size() + k]
                    : n.opcode == op::state     ? states[static_cast<std::size_t>(n.index)][k]
                    : n.opcode == op::parameter ? parameter(n)[k]
                    : n.opcode == op::constant
                        ? n.value
                        : static_cast<double>(m_.size(static_cast<dimension_id>(n.index)));
        }
    }
    void compute(node const& n, plain_value& to) const
    {
        if (is_reduction(n.opcode)) {
            reduce(n, to);
        } else if (is_running_sum(n.opcode)) {
            add_up(n, to);
        } else if (is_product(n.opcode)) {
            multiply(n, to);
        } else if (moves_entries(n.opcode) || n.opcode == op::rename) {
            std::size_t const skipped =
                n.opcode == op::last_piece ? m_.size(static_cast<dimension_id>(n.index)) : 0;
            for (std::size_t k = 0; k < to.size(); ++k) {
                std::size_t const first = (*this)[n.a].size();
                to[k] =
                    n.opcode == op::join && k >= first ? (*this)[n.b][k - first] : (*this)[n.a][k + skipped];
            }
        } else if (rearranges(n.opcode)) {
            extents const from = m_.step.nodes[static_cast<std::size_t>(n.a)].shape;
            for (std::size_t k = 0; k < to.size(); ++k) {
                to[k] = entry(n.a, n.opcode == op::rename ? from : n.shape, k);
            }
        } else {
            for (std::size_t k = 0; k < to.size(); ++k) {
                auto const of = [&](node_id o) { return o == no_node ? 0 : entry(o, n.shape, k); };
                to[k] = detail::apply_plainly(n.opcode, of(n.a), of(n.b), of(n.c), m_.least());
            }
        }
    }
    void reduce(node const& n, plain_value& to) const
    {
        bool const sums = n.opcode == op::sum;
        extents const from = m_.step.nodes[static_cast<std::size_t>(n.a)].shape;
        std::fill(to.begin(), to.end(), sums ? 0 : -std::numeric_limits<double>::infinity());
        for (std::size_t k = 0; k < entries_of(m_, from); ++k) {
            double& result = to[entry_along(m_, from, k, n.shape)];
            double const v = entry(n.a, from, k);
            result = sums ? m_.rounded(result + v) : detail::apply_plainly(op::maximum, result, v, 0, 0);
        }
    }
    void add_up(node const& n, plain_value& to) const
    {
        auto const along = static_cast<dimension_id>(n.index);
        bool const from_the_end = n.opcode == op::running_sum_back;
        std::size_t const next = entries_below(m_, n.shape, along);
        for (std::size_t i = 0; i < to.size(); ++i) {
            std::size_t const k = from_the_end ? to.size() - 1 - i : i;
            bool const is_first = i / next % m_.size(along) == 0;  // along the dimension
            double const before = is_first ? 0 : to[from_the_end ? k + next : k - next];
            to[k] = m_.rounded(before + entry(n.a, n.shape, k));
        }
    }
    void multiply(node const& n, plain_value& to) const
    {
        number_view const& w = parameter(m_.step.nodes[static_cast<std::size_t>(n.a)]);
        plain_value const& v = (*this)[n.b];
        std::fill(to.begin(), to.end(), 0.0);
        for_each_factor(m_, n, [&](std::size_t i, std::size_t j, std::size_t k) {
            to[i] = m_.rounded(to[i] + w[k] * v[j]);
        });
    }

    recorded_model const& m_;
    std::vector<plain_value> values_;
    std::vector<char> is_finite_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
