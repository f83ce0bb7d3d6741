#pragma once
/// @file
/// The derivatives of elementwise operations at the values of one step.

#include <rondo/locate/plain_values.hpp>

#include <cmath>
#include <cstddef>
#include <functional>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Multiplies adjoints by the derivatives of operations, rounded as the backward step of differentiate()
/// rounds them.
class plain_slopes {
   public:
    /// Refers to @p m and to the values of its steps.
    plain_slopes(recorded_model const& m, plain_values const& values) : m_(m), values_(values) {}

    /// The adjoint @p g of entry @p k of node @p i, times its derivative with respect to the first operand.
    [[nodiscard]] double to_first(node_id i, std::size_t k, double g) const
    {
        node const& n = m_.step.nodes[static_cast<std::size_t>(i)];
        double const y = values_[i][k];
        double const a = value(n, n.a, k);
        switch (n.opcode) {
            case op::negate: return -g;
            case op::sigmoid: return g * m_.rounded(y * m_.rounded(1 - y));
            case op::tanh: return g * m_.rounded(1 - m_.rounded(y * y));
            case op::exp: return g * y;
            case op::log: return g / a;
            case op::sqrt: return m_.rounded(0.5 * g) / y;
            case op::relu: return g * detail::apply_plainly(op::positive, y, 0, 0, 0);
            case op::square: return g * m_.rounded(2 * a);
            case op::abs: return g * detail::apply_plainly(op::sign, a, 0, 0, 0);
            case op::multiply: return g * value(n, n.b, k);
            case op::divide: return g / value(n, n.b, k);
            case op::rsqrt: return g * m_.rounded(-0.5 * m_.rounded(y * m_.rounded(y * y)));
            case op::minimum: return g * detail::apply_plainly(op::above, value(n, n.b, k), a, 0, 0);
            case op::maximum: return g * detail::apply_plainly(op::above, a, value(n, n.b, k), 0, 0);
            case op::clip_gradient: {
                double const limit = value(n, n.b, k);
                return g > limit ? limit : g < -limit ? -limit : g;
            }
            case op::pow: {
                double const b = value(n, n.b, k);
                return g * m_.rounded(b * m_.rounded(std::pow(a, b - 1)));
            }
            default: return to_argument(n.opcode, g, y, a);
        }
    }
    /// The adjoint @p g of entry @p k of node @p i, times its derivative with respect to the second operand.
    [[nodiscard]] double to_second(node_id i, std::size_t k, double g) const
    {
        node const& n = m_.step.nodes[static_cast<std::size_t>(i)];
        double const y = values_[i][k];
        double const b = value(n, n.b, k);
        switch (n.opcode) {
            case op::subtract: return -g;
            case op::multiply: return g * value(n, n.a, k);
            case op::divide: return -(m_.rounded(g / b) * y);
            case op::minimum: return g * detail::apply_plainly(op::above, value(n, n.a, k), b, 0, 0);
            case op::maximum: return g * detail::apply_plainly(op::above, b, value(n, n.a, k), 0, 0);
            case op::pow:
                return g *
                       (std::equal_to{}(y, 0.0) ? 0 : m_.rounded(y * m_.rounded(std::log(value(n, n.a, k)))));
            case op::fmod: return g * m_.rounded((y - value(n, n.a, k)) / b);
            default: return g;  // add, with_gradient
        }
    }

   private:
    /// The entry of operand @p i of @p n that entry @p k is computed from.
    [[nodiscard]] double value(node const& n, node_id i, std::size_t k) const
    {
        return values_.entry(i, n.shape, k);
    }
    /// The adjoint @p g of a transcendental function, times its derivative.
    [[nodiscard]] double to_argument(op code, double g, double y, double a) const
    {
        switch (code) {
            case op::sin: return g * m_.rounded(std::cos(a));
            case op::cos: return -(g * m_.rounded(std::sin(a)));
            case op::tan: return g * m_.rounded(1 + m_.rounded(y * y));
            case op::expm1: return g * m_.rounded(y + 1);
            case op::log1p: return g / m_.rounded(a + 1);
            case op::erf:
                return g * m_.rounded(1.1283791670955126 * m_.rounded(std::exp(-m_.rounded(a * a))));
            case op::softplus: return g * m_.rounded(detail::apply_plainly(op::sigmoid, a, 0, 0, m_.least()));
            default: return g;  // broadcast, add, subtract, fmod
        }
    }

    recorded_model const& m_;
    plain_values const& values_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
