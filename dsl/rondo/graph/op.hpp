#pragma once
/// @file
/// The operations of a graph.
///
/// The list is short on purpose: every pass is a switch over it, and everything else that the language
/// offers is composed of these.

#include <rondo/namespaces.hpp>

#include <cstdint>
#include <string_view>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The operation of a node. Leaves come first, then elementwise operations, then operations that need
/// every entry of an operand.
enum class op : std::uint8_t {
    // leaves
    input,           ///< an input of the step; `index` counts the inputs
    symbol,          ///< an input that is the number of a symbol: a one-hot vector
    state,           ///< a state as the step finds it; `index` counts the states
    parameter,       ///< a weight or a bias; `index` counts the parameters
    constant,        ///< a number, in `value`
    extent,          ///< the size of the dimension `index`, as a number
    saved,           ///< a forward value saved for the backward step; `index` counts saved values
    new_state,       ///< a state as the forward step left it, read in the backward step
    output_adjoint,  ///< the loss's derivative with respect to an output; `index` counts the outputs
    state_adjoint,   ///< the loss's derivative with respect to a new state, from the later steps
    per_sequence,    ///< a value of the prologue, equal in all steps of a sequence; `index` counts them
    // elementwise, one operand
    negate,     ///< -a
    sigmoid,    ///< 1 / (1 + exp(-a))
    tanh,       ///< hyperbolic tangent
    exp,        ///< exponential
    log,        ///< natural logarithm
    sqrt,       ///< square root
    relu,       ///< max(a, 0); NaN for NaN
    square,     ///< a²
    abs,        ///< |a|
    sign,       ///< -1, 0 or 1, NaN for NaN: the derivative of `abs`
    positive,   ///< 1 where the operand is above zero, else 0, NaN for NaN: the derivative of `relu`
    broadcast,  ///< a value, repeated along the dimensions that it lacks
    floor,      ///< the largest integer that is not above a
    trunc,      ///< the integer part of a
    round,      ///< the nearest integer, of two the even one
    rsqrt,      ///< 1 / √a
    sin,        ///< sine
    cos,        ///< cosine
    tan,        ///< tangent
    expm1,      ///< exp(a) - 1
    log1p,      ///< log(1 + a)
    softplus,   ///< log(1 + exp(a))
    erf,        ///< error function
    // elementwise, two operands
    add,            ///< a + b
    subtract,       ///< a - b
    multiply,       ///< a b
    divide,         ///< a / b
    with_gradient,  ///< a, with the derivative of b; erased after differentiation
    minimum,        ///< the smaller of a and b; NaN if one is NaN
    maximum,        ///< the larger of a and b; NaN if one is NaN
    above,  ///< 1 where a > b, ½ where a equals b, 0 where a < b, NaN where one is NaN: the derivative of
            ///< `maximum` with respect to a
    less,   ///< 1 where a < b, else 0
    less_equal,     ///< 1 where a ≤ b, else 0
    equal,          ///< 1 where a equals b, else 0
    not_equal,      ///< 0 where a equals b, else 1
    fmod,           ///< the remainder of a / b, with the sign of a
    clip_gradient,  ///< a, whose adjoint is clipped to between -b and b; erased after differentiation
    pow,            ///< a to the power b
    // elementwise, three operands
    select,  ///< b where a is not zero, else c
    // across entries
    product,             ///< W v, with a weight W; of three dimensions it is a matrix for each head
    transposed_product,  ///< Wᵀ v
    sum,                 ///< the sum of entries over the dimensions that the result lacks
    largest,             ///< the largest entry over these dimensions; NaN if one is NaN
    running_sum,         ///< the sums of entries along the dimension `index`, up to each
    running_sum_back,    ///< the sums of entries along the dimension `index`, from each on
    transpose,           ///< the entries of a matrix, its dimensions in another order
    rename,              ///< the entries of a, in the same order, along other dimensions of the same sizes
    outer,               ///< a bᵀ: one step's part of the gradient of a weight
    join,                ///< the entries of a, then those of b
    first_piece,  ///< the first entries of a vector; `index` is the dimension of those that are left out
    last_piece,   ///< the last entries of a vector; `index` is the dimension of those that are left out
};

/// Has no operands: its value comes from outside the step.
constexpr bool is_leaf(op code) noexcept { return code < op::negate; }
/// Works entry by entry on one operand.
constexpr bool is_unary(op code) noexcept { return code >= op::negate && code < op::add; }
/// Works entry by entry on two operands.
constexpr bool is_binary(op code) noexcept { return code >= op::add && code < op::select; }
/// Works entry by entry on three operands.
constexpr bool is_ternary(op code) noexcept { return code >= op::select && code < op::product; }
/// Works entry by entry.
constexpr bool is_elementwise(op code) noexcept { return code >= op::negate && code < op::product; }
/// Has a derivative that is not that of its value. Such an operation is in the program that differentiate()
/// reads, and in no program that is scheduled.
constexpr bool controls_gradient(op code) noexcept
{
    return code == op::with_gradient || code == op::clip_gradient;
}
/// Multiplies a matrix with a vector.
constexpr bool is_product(op code) noexcept { return code == op::product || code == op::transposed_product; }
/// Reduces entries over the dimensions that its result lacks.
constexpr bool is_reduction(op code) noexcept { return code == op::sum || code == op::largest; }
/// Sums entries along a dimension, from one end.
constexpr bool is_running_sum(op code) noexcept
{
    return code == op::running_sum || code == op::running_sum_back;
}
/// Goes along a row of features: the value is complete only when its stage is at the end of the row.
constexpr bool is_row_operation(op code) noexcept { return is_reduction(code) || is_running_sum(code); }
/// Is one of the two parts of a joined vector.
constexpr bool is_part(op code) noexcept { return code == op::first_piece || code == op::last_piece; }
/// Computes nothing: its entries are those of its operands, at other positions.
constexpr bool moves_entries(op code) noexcept { return code == op::join || is_part(code); }
/// Computes nothing: it is its operand, along other dimensions or along the same in another order.
constexpr bool rearranges(op code) noexcept { return code == op::transpose || code == op::rename; }
/// Computes nothing: a stage loads its entries from other positions of its operands, which must be stored.
constexpr bool loads_elsewhere(op code) noexcept { return moves_entries(code) || rearranges(code); }
/// Has the same result if its operands are exchanged.
constexpr bool is_commutative(op code) noexcept
{
    return code == op::add || code == op::multiply || code == op::equal || code == op::not_equal;
}
/// Is a condition: 1 or 0.
constexpr bool is_comparison(op code) noexcept { return code >= op::less && code <= op::not_equal; }
/// Jumps between constants, so that its derivative is zero wherever it has one.
constexpr bool is_piecewise_constant(op code) noexcept
{
    return is_comparison(code) || code == op::above || code == op::sign || code == op::positive ||
           code == op::floor || code == op::trunc || code == op::round;
}

/// The number of operands of an operation.
constexpr int arity(op code) noexcept
{
    if (is_leaf(code)) {
        return 0;
    }
    return is_unary(code) || is_row_operation(code) || rearranges(code) || is_part(code) ? 1
           : is_ternary(code)                                                            ? 3
                                                                                         : 2;
}

/// The name of an operation in drawings and messages.
constexpr std::string_view name_of(op code) noexcept
{
    constexpr std::string_view names[] = {"input",       "symbol",    "state",         "parameter",
                                          "constant",    "extent",    "saved",         "new_state",
                                          "dy",          "ds",        "per_sequence",  "negate",
                                          "sigmoid",     "tanh",      "exp",           "log",
                                          "sqrt",        "relu",      "square",        "abs",
                                          "sign",        "positive",  "broadcast",     "floor",
                                          "trunc",       "round",     "rsqrt",         "sin",
                                          "cos",         "tan",       "expm1",         "log1p",
                                          "softplus",    "erf",       "add",           "subtract",
                                          "multiply",    "divide",    "with_gradient", "minimum",
                                          "maximum",     "above",     "less",          "less_equal",
                                          "equal",       "not_equal", "fmod",          "clip_gradient",
                                          "pow",         "select",    "product",       "transposed_product",
                                          "sum",         "largest",   "running_sum",   "running_sum_back",
                                          "transpose",   "rename",    "outer",         "join",
                                          "first_piece", "last_piece"};
    return names[static_cast<int>(code)];
}

/// The function of the language that records an operation; otherwise the name of the operation.
constexpr std::string_view word_of(op code) noexcept
{
    switch (code) {
        case op::minimum: return "min";
        case op::maximum:
        case op::largest: return "max";
        case op::select: return "where";
        case op::running_sum: return "cumsum";
        case op::rename: return "as";
        case op::first_piece:
        case op::last_piece: return "part";
        default: return name_of(code);
    }
}

/// The cost of evaluating one entry, in additions. The figures are ratios of measured throughput on vectors
/// (xsimd, AVX-512), rounded. Passes compare them, and kernels compare the sum of an epilogue with a limit.
constexpr int cost_of(op code) noexcept
{
    switch (code) {
        case op::sigmoid: return 6;
        case op::tanh: return 8;
        case op::exp: return 5;
        case op::log: return 8;
        case op::sin:
        case op::cos: return 9;
        case op::tan: return 12;
        case op::expm1: return 7;
        case op::log1p: return 13;
        case op::softplus: return 16;
        case op::erf: return 13;
        case op::pow: return 60;
        case op::sqrt:
        case op::divide: return 4;
        case op::rsqrt:
        case op::fmod: return 8;
        case op::broadcast:
        case op::with_gradient:
        case op::clip_gradient:
        case op::transpose:
        case op::rename:
        case op::join:
        case op::first_piece:
        case op::last_piece: return 0;
        default: return is_leaf(code) ? 0 : 1;
    }
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
