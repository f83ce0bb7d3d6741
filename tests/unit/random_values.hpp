#pragma once
/// @file
/// Random operations on values that stay within bounds.

#include "bounded_values.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>

namespace rondo::test {

using namespace check_internal;

/// A graph that grows at random.
class random_values : public bounded_values {
   public:
    using bounded_values::bounded_values;

    /// Adds some operations on visible nodes.
    void add_work(std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i) {
            add_one();
        }
    }

   protected:
    /// Adds one operation.
    void add_one()
    {
        std::size_t const kind = random_.below(joins_.empty() ? 20 : 24);
        if (kind >= 20) {
            add_moved();
        } else if (kind < 6) {
            add_product();
        } else if (kind < 8) {
            if (node_id const v = choose_vector(); v != no_node) {
                extents const to = rest_of(shape_of(v));
                add_reduction(v, to, static_cast<double>(size_.entries(shape_of(v)) / size_.entries(to)));
            }
        } else if (kind < 9) {
            node_id const s = choose([&](node_id i) { return shape_of(i).is_scalar(); });
            if (s != no_node) {
                see(g_.broadcast(s, random_vector_shape()), at(s));
            }
        } else if (kind < 14) {
            add_unary(choose_any());
        } else {
            add_binary();
        }
    }

    /// A joined vector, or a part of one.
    void add_moved()
    {
        auto const [whole, first, last] = joins_[random_.below(joins_.size())];
        auto const along = [&](dimension_id d) {
            return choose([&](node_id i) { return shape_of(i) == extents{d}; });
        };
        if (random_.chance(0.5)) {
            node_id const a = along(first);
            node_id const b = along(last);
            if (a != no_node && b != no_node) {
                see(g_.join(a, b, whole), {std::min(at(a).low, at(b).low), std::max(at(a).high, at(b).high)});
            }
        } else if (node_id const v = along(whole); v != no_node) {
            see(random_.chance(0.5) ? g_.first_piece(v, first, last) : g_.last_piece(v, last, first), at(v));
        }
    }
    /// The shape after a reduction: no dimension of a vector, some of a matrix.
    extents rest_of(extents shape)
    {
        extents rest = shape.is_matrix() ? shape : extents{};
        while (rest == shape) {
            for (dimension_id const d : shape.dims) {
                rest = d != unit && random_.chance(0.5) ? rest.without(d) : rest;
            }
        }
        return rest;
    }
    /// A dimension of a value that has some.
    dimension_id dimension_of(extents shape)
    {
        return shape.dims[shape.is_matrix() ? random_.below(static_cast<std::size_t>(shape.rank())) : 0];
    }
    /// A running sum of @p v.
    void add_running_sum(node_id v)
    {
        op const code = random_.chance(0.5) ? op::running_sum : op::running_sum_back;
        dimension_id const along = dimension_of(shape_of(v));
        auto const n = static_cast<double>(size_[along]);
        bound(g_.running_sum(code, v, along), {n * std::min(at(v).low, 0.0), n * std::max(at(v).high, 0.0)});
    }
    /// A function of the entries of @p v, @p n of them for each entry of a value along @p to.
    void add_reduction(node_id v, extents to, double n)
    {
        switch (random_.below(10)) {
            case 0:
            case 1:
            case 2: see(g_.reduction(op::largest, v, to), at(v)); break;
            case 3: add_normalised_exponentials(v, to, n); break;
            case 4: add_masked_softmax(v, to); break;
            case 5:
            case 6: add_running_sum(v); break;
            default: bound(g_.sum(v, to), {n * at(v).low, n * at(v).high}); break;
        }
    }
    /// The softmax of @p v, or the logarithm of the sum of its exponentials. The shift stays hidden, as its
    /// derivative is only right where it cancels.
    void add_normalised_exponentials(node_id v, extents to, double n)
    {
        node_id const shift = g_.shift(v, to);
        node_id const e = g_.unary(op::exp, g_.binary(op::subtract, v, shift));
        node_id const sum = g_.sum(e, to);
        set_interval(sum, {1, n});
        if (random_.chance(0.6)) {
            see(g_.binary(op::divide, e, sum), {0, 1});
        } else {
            bound(g_.binary(op::add, shift, g_.unary(op::log, sum)), {at(v).low, at(v).high + std::log(n)});
        }
    }

    /// The softmax of the entries of @p v where another value is below a number, 0 elsewhere.
    void add_masked_softmax(node_id v, extents to)
    {
        node_id const by = choose([&](node_id i) { return shape_of(i) == shape_of(v); });
        node_id const mask = g_.binary(op::less, by, g_.constant(random_.chance(0.7) ? 0.25 : -0.5));
        node_id const most = g_.shift(g_.ternary(op::select, mask, v, g_.constant(-HUGE_VAL)), to);
        node_id const exponentials = g_.unary(op::exp, g_.binary(op::subtract, v, most));
        node_id const e = g_.ternary(op::select, mask, exponentials, g_.constant(0));
        node_id const sum = g_.sum(e, to);
        node_id const total = g_.binary(op::add, sum, g_.binary(op::equal, sum, g_.constant(0)));
        see(g_.binary(op::divide, e, total), {0, 1});
    }

    void add_product()
    {
        if (matrices_.empty()) {
            return;
        }
        node_id const m = matrices_[random_.below(matrices_.size())];
        bool const transposed = random_.chance(0.3);
        dimension_id const along = transposed ? shape_of(m).rows() : shape_of(m).columns();
        bool const looks_up = symbol_ != no_node && shape_of(symbol_).rows() == along && random_.chance(0.6);
        node_id const v =
            looks_up ? symbol_ : choose([&](node_id i) { return shape_of(i) == extents{along}; });
        if (v != no_node) {
            double const terms = looks_up ? 1 : static_cast<double>(size_[along]);
            double const largest = 0.7 * terms * at(v).magnitude();
            bound(transposed ? g_.transposed_product(m, v) : g_.product(m, v), {-largest, largest});
        }
    }

    /// Makes @p i visible, or a squashed form of it if it could become large.
    void bound(node_id i, interval within)
    {
        set_interval(i, within);
        if (within.magnitude() < too_large) {
            see(i, within);
        } else if (random_.chance(0.5)) {
            see(g_.unary(op::tanh, i), {-1, 1});
        } else {
            see(g_.unary(op::sigmoid, i), {0, 1});
        }
    }

    /// A function of @p a that rises or falls between the ends of its interval, if the interval @p fits.
    void bound_monotone(op code, node_id a, bool fits = true)
    {
        if (fits) {
            auto const [low, high] = std::minmax({apply(code, at(a).low, 0), apply(code, at(a).high, 0)});
            bound(g_.unary(code, a), {low, high});
        }
    }

    void add_unary(node_id a)
    {
        interval const x = at(a);
        double const square_low = x.low > 0 ? x.low * x.low : x.high < 0 ? x.high * x.high : 0;
        double const m = x.magnitude();
        switch (random_.below(22)) {
            case 0: see(g_.unary(op::negate, a), {-x.high, -x.low}); break;
            case 1: see(g_.unary(op::sigmoid, a), {0, 1}); break;
            case 2: see(g_.unary(op::tanh, a), {-1, 1}); break;
            case 3: bound_monotone(op::exp, a, x.high < 2); break;
            case 4: bound_monotone(op::log, made_positive(a)); break;
            case 5: bound_monotone(op::sqrt, made_positive(a)); break;
            case 6: bound(g_.unary(op::square, a), {square_low, m * m}); break;
            case 7: see(g_.unary(op::abs, a), {std::sqrt(square_low), m}); break;
            case 8: see(g_.unary(op::sign, a), {-1, 1}); break;
            case 9: see(g_.unary(op::positive, a), {0, 1}); break;
            case 10: see(g_.unary(op::floor, a), {std::floor(x.low), std::floor(x.high)}); break;
            case 11: see(g_.unary(op::trunc, a), {std::trunc(x.low), std::trunc(x.high)}); break;
            case 12: see(g_.unary(op::round, a), {std::rint(x.low), std::rint(x.high)}); break;
            case 13: bound_monotone(op::rsqrt, made_positive(a)); break;
            case 14: see(g_.unary(op::sin, a), {-1, 1}); break;
            case 15: see(g_.unary(op::cos, a), {-1, 1}); break;
            case 16: bound_monotone(op::tan, a, m < 1.2); break;
            case 17: bound_monotone(op::expm1, a, x.high < 2); break;
            case 18: bound_monotone(op::log1p, a, x.low > -0.8); break;
            case 19: bound_monotone(op::softplus, a); break;
            case 20: bound_monotone(op::erf, a); break;
            default: see(g_.unary(op::relu, a), {std::max(x.low, 0.0), std::max(x.high, 0.0)}); break;
        }
    }

    /// @p a itself if it is well above zero, else a² + 1 or sigmoid(a) + 0.5.
    node_id made_positive(node_id a)
    {
        if (at(a).low > 0.2) {
            return a;
        }
        if (random_.chance(0.5)) {
            double const m = at(a).magnitude();
            node_id const square = see(g_.unary(op::square, a), {0, m * m});
            return see(g_.binary(op::add, square, see(g_.constant(1), {1, 1})), {1, m * m + 1});
        }
        node_id const s = see(g_.unary(op::sigmoid, a), {0, 1});
        return see(g_.binary(op::add, s, see(g_.constant(0.5), {0.5, 0.5})), {0.5, 1.5});
    }

    void add_binary()
    {
        node_id const a = choose_any();
        node_id b = choose([&](node_id i) { return meet(i, a); });
        interval const x = at(a);
        interval y = at(b);
        switch (random_.below(12)) {
            case 0:
            case 1:
            case 2: bound(g_.binary(op::add, a, b), {x.low + y.low, x.high + y.high}); break;
            case 3: bound(g_.binary(op::subtract, a, b), {x.low - y.high, x.high - y.low}); break;
            case 4:
                b = y.away_from_zero() ? b : made_positive(b);
                y = at(b);
                bound(g_.binary(op::divide, a, b), hull(x, {1 / y.high, 1 / y.low}));
                break;
            case 5: add_comparison(a, b); break;
            case 6: add_choice(a, b); break;
            case 7:
                see(g_.binary(op::minimum, a, b), {std::min(x.low, y.low), std::min(x.high, y.high)});
                break;
            case 8:
                see(g_.binary(op::maximum, a, b), {std::max(x.low, y.low), std::max(x.high, y.high)});
                break;
            case 9: add_power(a, b); break;
            default: bound(g_.binary(op::multiply, a, b), hull(x, y)); break;
        }
    }
    /// A power of @p a, or of what makes it positive, to a number or to @p b.
    void add_power(node_id a, node_id b)
    {
        constexpr double exponents[] = {-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2, 2.5, 3, 4};
        bool const varies = random_.chance(0.5) && at(b).magnitude() < 2;
        double const number = exponents[random_.below(std::size(exponents))];
        node_id const base = made_positive(a);
        node_id const exponent = varies ? b : see(g_.constant(number), {number, number});
        auto const [low, high] = at(base);
        auto const [least, most] = at(exponent);
        auto const [smallest, largest] = std::minmax(
            {std::pow(low, least), std::pow(low, most), std::pow(high, least), std::pow(high, most)});
        bound(g_.binary(op::pow, base, exponent), {smallest, largest});
    }
    void add_comparison(node_id a, node_id b)
    {
        constexpr op codes[] = {op::less, op::less_equal, op::equal, op::not_equal, op::above, op::fmod};
        op const code = codes[random_.below(std::size(codes))];
        if (code == op::fmod) {
            node_id const divisor = made_positive(b);
            double const m = std::min(at(a).magnitude(), at(divisor).magnitude());
            see(g_.binary(code, a, divisor), {-m, m});
        } else {
            see(g_.binary(code, a, b), {0, 1});
        }
    }
    /// A choice between @p a and @p b by a comparison or by any value.
    void add_choice(node_id a, node_id b)
    {
        node_id const most = shape_of(b).rank() > shape_of(a).rank() ? b : a;
        node_id const c = choose([&](node_id i) { return meet(i, most); });
        node_id const condition =
            random_.chance(0.5) ? c : see(g_.binary(op::less, c, see(g_.constant(0.5), {0.5, 0.5})), {0, 1});
        see(g_.ternary(op::select, condition, a, b),
            {std::min(at(a).low, at(b).low), std::max(at(a).high, at(b).high)});
    }
    static interval hull(interval x, interval y)
    {
        double const corners[] = {x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high};
        return {*std::min_element(corners, corners + 4), *std::max_element(corners, corners + 4)};
    }

    static constexpr double too_large = 6;
};

}  // namespace rondo::test
