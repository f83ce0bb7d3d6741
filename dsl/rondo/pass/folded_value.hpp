#pragma once
/// @file
/// The value of an operation whose operands are numbers, while compiling.

#include <rondo/graph/op.hpp>

#include <cstdint>
#include <functional>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// @name Rounding of constants
/// std::trunc and its like cannot be called while compiling. From 2⁵² on all numbers are integers.
/// @{
constexpr bool is_nan(double v) { return !std::equal_to{}(v, v); }
constexpr double integer_part(double v)
{
    bool const has_fraction = v < 0x1p52 && v > -0x1p52;
    return has_fraction ? static_cast<double>(static_cast<std::int64_t>(v)) : v;
}
constexpr double integer_below(double v)
{
    return integer_part(v) > v ? integer_part(v) - 1 : integer_part(v);
}
constexpr double nearest_integer(double v)
{
    double const below = integer_below(v);
    double const even = 2 * integer_below(below / 2 + 0.5);  // of below and below + 1
    double const rest = v - below;
    return rest < 0.5 ? below : rest > 0.5 ? below + 1 : is_nan(rest) ? v : even;
}
/// @}

}  // namespace detail

/// Whether an operation on one number can be computed while compiling. Transcendental functions cannot.
constexpr bool folds(op code) noexcept
{
    switch (code) {
        case op::negate:
        case op::square:
        case op::abs:
        case op::relu:
        case op::positive:
        case op::sign:
        case op::trunc:
        case op::floor:
        case op::round: return true;
        default: return false;
    }
}

/// The value of an operation that folds() on one number.
constexpr double folded_value(op code, double v)
{
    switch (code) {
        case op::negate: return -v;
        case op::square: return v * v;
        case op::abs: return v < 0 ? -v : v;
        case op::relu: return v <= 0 ? 0 : v;  // NaN for NaN
        case op::positive: return v > 0 ? 1 : v <= 0 ? 0 : v;
        case op::sign: return v > 0 ? 1 : v < 0 ? -1 : v;
        case op::trunc: return detail::integer_part(v);
        case op::floor: return detail::integer_below(v);
        default: return detail::nearest_integer(v);
    }
}

/// The value of an operation on two numbers that is no remainder and no power.
constexpr double folded_value(op code, double a, double b)
{
    switch (code) {
        case op::add: return a + b;
        case op::subtract: return a - b;
        case op::multiply: return a * b;
        case op::divide: return a / b;
        case op::minimum: return a < b || detail::is_nan(a) ? a : b;
        case op::maximum: return a > b || detail::is_nan(a) ? a : b;
        case op::above: return a > b ? 1 : a < b ? 0 : std::equal_to{}(a, b) ? 0.5 : a + b;
        case op::less: return a < b ? 1 : 0;
        case op::less_equal: return a <= b ? 1 : 0;
        case op::equal: return std::equal_to{}(a, b) ? 1 : 0;
        default: return std::equal_to{}(a, b) ? 0 : 1;  // not_equal
    }
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
