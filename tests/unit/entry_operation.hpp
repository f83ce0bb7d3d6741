#pragma once
/// @file
/// Elementwise operations on single numbers, by their definition.

#include <rondo/graph/op.hpp>

#include <cmath>
#include <stdexcept>

namespace rondo::test {

using namespace check_internal;

/// One entry of an elementwise operation.
inline double apply(op code, double a, double b, double c = 0)
{
    switch (code) {
        case op::negate: return -a;
        case op::sigmoid: return 1 / (1 + std::exp(-a));
        case op::tanh: return std::tanh(a);
        case op::exp: return std::exp(a);
        case op::log: return std::log(a);
        case op::sqrt: return std::sqrt(a);
        case op::relu: return a <= 0 ? 0 : a;  // NaN of NaN
        case op::square: return a * a;
        case op::abs: return std::fabs(a);
        case op::sign: return a > 0 ? 1 : a < 0 ? -1 : a;
        case op::positive: return a > 0 ? 1 : a <= 0 ? 0 : a;
        case op::sin: return std::sin(a);
        case op::cos: return std::cos(a);
        case op::tan: return std::tan(a);
        case op::expm1: return std::expm1(a);
        case op::log1p: return std::log1p(a);
        case op::erf: return std::erf(a);
        case op::softplus: return std::fmax(a, 0) + std::log1p(std::exp(-std::fabs(a)));
        case op::broadcast:
        case op::with_gradient:
        case op::clip_gradient: return a;
        case op::add: return a + b;
        case op::subtract: return a - b;
        case op::multiply: return a * b;
        case op::divide: return a / b;
        case op::floor: return std::floor(a);
        case op::trunc: return std::trunc(a);
        case op::round: return std::rint(a);
        case op::rsqrt: return 1 / std::sqrt(a);
        case op::minimum: return std::isnan(a) ? a : std::isnan(b) ? b : std::fmin(a, b);
        case op::maximum: return std::isnan(a) ? a : std::isnan(b) ? b : std::fmax(a, b);
        case op::above: return std::isnan(a) || std::isnan(b) ? NAN : a > b ? 1 : a < b ? 0 : 0.5;
        case op::less: return a < b ? 1 : 0;
        case op::less_equal: return a <= b ? 1 : 0;
        case op::equal: return a == b ? 1 : 0;
        case op::not_equal: return a != b ? 1 : 0;
        case op::fmod: return std::fmod(a, b);
        case op::pow: return std::pow(a, b);
        case op::select: return a != 0 ? b : c;
        default: throw std::logic_error("not an elementwise operation");
    }
}

}  // namespace rondo::test
