#pragma once
/// @file
/// Random steps: programs such as the language could have recorded, and many that nobody would write.
///
/// Every value carries an interval that it cannot leave, which keeps the arguments of log and sqrt
/// and all divisors away from zero and new states as bounded as old ones, so that a step can be
/// unrolled. One seed makes one program, on every machine.

#include "interpreter.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <random>
#include <vector>

namespace rondo::test {

/// Random numbers that are the same with every standard library.
class random_source {
   public:
    explicit random_source(unsigned seed) : bits_(seed) {}
    /// A number below @p n.
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits_() % n); }
    double between(double low, double high)
    {
        return low + (high - low) * static_cast<double>(bits_() % 100003) / 100002.0;
    }
    bool chance(double p) { return between(0, 1) < p; }
    value vector(std::size_t entries, double magnitude)
    {
        value v(entries);
        for (double& e : v) {
            e = between(-magnitude, magnitude);
        }
        return v;
    }

   private:
    std::mt19937_64 bits_;
};

/// A step and all that is needed to run it.
struct sample_program {
    program step{};
    sizes size{};
    extents input{};
    std::vector<extents> states{};
    std::vector<extents> parameters{};
};

/// Random values for the leaves of a step, within the intervals that the program was made for.
inline leaf_values random_leaves(sample_program const& s, random_source& random)
{
    auto const draw = [&](extents e, double m) { return random.vector(s.size.entries(e), m); };
    leaf_values l{};
    l.input = draw(s.input, 1);
    for (extents e : s.states) {
        l.states.push_back(draw(e, 1));
        l.state_adjoints.push_back(draw(e, 1));
    }
    for (extents e : s.parameters) {
        l.parameters.push_back(draw(e, 0.7));
    }
    for (yielded const& r : s.step.results) {
        l.output_adjoint = draw(s.step.nodes[r.value].shape, 1);
    }
    return l;
}

/// How close any argument of a function with a kink comes to it. Exactly zero does not count: such a
/// value is zero nearby as well (relu of relu), or the tests' programs would not have made it.
inline double distance_to_kink(graph const& g, std::vector<value> const& values)
{
    double nearest = HUGE_VAL;
    for (node_id i = 0; i < g.size(); ++i) {
        op const code = g[i].code;
        if (code == op::relu || code == op::abs || code == op::sign || code == op::positive) {
            for (double const v : values[static_cast<std::size_t>(g[i].a)]) {
                nearest = v == 0 ? nearest : std::min(nearest, std::fabs(v));
            }
        }
    }
    return nearest;
}

/// Builds one random step.
class program_generator {
   public:
    explicit program_generator(unsigned seed) : random_(seed) {}

    sample_program make()
    {
        make_leaves();
        if (layered_) {
            // One state after the other comes into sight, so that the states form many components.
            for (std::size_t k : shuffled(out_.states.size())) {
                add_leaf(op::state, k, out_.states[k], {-2, 2});
                add_work(3 + random_.below(7));
                next_[k] = choose_next(k);
                if (random_.chance(0.2)) {
                    // This state cannot be seen from later ones but through what is made of it.
                    visible_.erase(std::find(visible_.begin(), visible_.end(), state_leaf(k)));
                }
            }
        } else {
            for (std::size_t k = 0; k < out_.states.size(); ++k) {
                add_leaf(op::state, k, out_.states[k], {-2, 2});
            }
            add_work(6 + random_.below(30));
            for (std::size_t k = 0; k < out_.states.size(); ++k) {
                next_[k] = choose_next(k);
            }
        }
        add_work(random_.below(5));
        for (std::size_t k = 0; k < out_.states.size(); ++k) {
            out_.step.states.push_back({state_leaf(k), next_[k]});
        }
        out_.step.results.push_back({role::output, 0, choose_output()});
        out_.step.nodes = g_;
        return out_;
    }

   private:
    struct interval {
        double low, high;
        [[nodiscard]] double magnitude() const { return std::max(std::fabs(low), std::fabs(high)); }
        [[nodiscard]] bool away_from_zero() const { return low > 0.2 || high < -0.2; }
    };
    static constexpr double too_large = 6;

    std::vector<std::size_t> shuffled(std::size_t n)
    {
        std::vector<std::size_t> order(n);
        for (std::size_t i = 0; i < n; ++i) {
            order[i] = i;
            std::swap(order[i], order[random_.below(i + 1)]);
        }
        return order;
    }

    extents random_vector_shape()
    {
        return {static_cast<dimension_id>(1 + random_.below(dimensions_))};
    }

    void make_leaves()
    {
        dimensions_ = 1 + random_.below(3);
        std::vector<std::size_t> named;
        for (std::size_t d = 0; d < dimensions_; ++d) {
            named.push_back(1 + random_.below(4));
        }
        out_.size = sizes_of(named);
        layered_ = random_.chance(0.5);

        out_.input = random_.chance(0.1) ? extents{} : random_vector_shape();
        out_.states.resize(1 + random_.below(4));
        for (extents& s : out_.states) {
            s = random_.chance(0.15) ? extents{} : random_vector_shape();
        }
        next_.resize(out_.states.size());
        add_leaf(op::input, 0, out_.input, {-1, 1});
        std::size_t const parameters = 2 + random_.below(6);
        for (std::size_t k = 0; k < parameters; ++k) {
            extents shape = random_vector_shape();
            if (random_.chance(0.6)) {
                shape.columns = random_vector_shape().rows;
            } else if (random_.chance(0.3)) {
                shape = {};
            }
            out_.parameters.push_back(shape);
            if (shape.is_matrix()) {
                matrices_.push_back(g_.leaf(op::parameter, static_cast<int>(k), shape));
                set_interval(matrices_.back(), {-0.7, 0.7});
            } else {
                add_leaf(op::parameter, k, shape, {-0.7, 0.7});
            }
        }
        for (double const c : {0.0, 1.0, 2.0, -1.0}) {
            if (random_.chance(0.3)) {
                see(g_.constant(c), {c, c});
            }
        }
        if (random_.chance(0.3)) {
            auto const d = static_cast<dimension_id>(1 + random_.below(dimensions_));
            auto const n = static_cast<double>(out_.size[d]);
            see(g_.leaf(op::extent, d, {}), {n, n});
        }
    }

    void add_leaf(op code, std::size_t index, extents shape, interval within)
    {
        see(g_.leaf(code, static_cast<int>(index), shape), within);
    }
    void set_interval(node_id i, interval within)
    {
        intervals_.resize(static_cast<std::size_t>(g_.size()), {0, 0});
        intervals_[static_cast<std::size_t>(i)] = within;
    }
    node_id see(node_id i, interval within)
    {
        set_interval(i, within);
        if (std::find(visible_.begin(), visible_.end(), i) == visible_.end()) {
            visible_.push_back(i);
        }
        return i;
    }
    interval at(node_id i) const { return intervals_[static_cast<std::size_t>(i)]; }
    extents shape_of(node_id i) const { return g_[i].shape; }
    node_id state_leaf(std::size_t k)
    {
        return g_.leaf(op::state, static_cast<int>(k), out_.states[k]);
    }

    /// A visible node of which @p fits is true, recent ones more often; no_node if there is none.
    template <class F>
    node_id choose(F fits)
    {
        std::vector<node_id> fitting;
        std::copy_if(visible_.begin(), visible_.end(), std::back_inserter(fitting), fits);
        if (fitting.empty()) {
            return no_node;
        }
        std::size_t const recent = std::min<std::size_t>(fitting.size(), 5);
        return random_.chance(0.5) ? fitting[fitting.size() - 1 - random_.below(recent)]
                                   : fitting[random_.below(fitting.size())];
    }
    node_id choose_any()
    {
        return choose([](node_id) { return true; });
    }
    node_id choose_vector()
    {
        return choose([&](node_id i) { return !shape_of(i).is_scalar(); });
    }

    void add_work(std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i) {
            add_one();
        }
    }

    void add_one()
    {
        std::size_t const kind = random_.below(20);
        if (kind < 6) {
            add_product();
        } else if (kind < 8) {
            if (node_id const v = choose_vector(); v != no_node) {
                auto const n = static_cast<double>(out_.size.entries(shape_of(v)));
                bound(g_.sum(v), {n * at(v).low, n * at(v).high});
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

    void add_product()
    {
        if (matrices_.empty()) {
            return;
        }
        node_id const m = matrices_[random_.below(matrices_.size())];
        bool const transposed = random_.chance(0.3);
        dimension_id const along = transposed ? shape_of(m).rows : shape_of(m).columns;
        node_id const v = choose([&](node_id i) { return shape_of(i) == extents{along}; });
        if (v != no_node) {
            double const largest =
                0.7 * static_cast<double>(out_.size[along]) * at(v).magnitude();
            bound(transposed ? g_.transposed_product(m, v) : g_.product(m, v),
                  {-largest, largest});
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

    void add_unary(node_id a)
    {
        interval const x = at(a);
        double const square_low = x.low > 0 ? x.low * x.low : x.high < 0 ? x.high * x.high : 0;
        double const m = x.magnitude();
        switch (random_.below(11)) {
            case 0: see(g_.unary(op::negate, a), {-x.high, -x.low}); break;
            case 1: see(g_.unary(op::sigmoid, a), {0, 1}); break;
            case 2: see(g_.unary(op::tanh, a), {-1, 1}); break;
            case 3:
                if (x.high < 2) {
                    bound(g_.unary(op::exp, a), {std::exp(x.low), std::exp(x.high)});
                }
                break;
            case 4: {
                node_id const positive = made_positive(a);
                interval const p = at(positive);
                bound(g_.unary(op::log, positive), {std::log(p.low), std::log(p.high)});
                break;
            }
            case 5: {
                node_id const positive = made_positive(a);
                interval const p = at(positive);
                bound(g_.unary(op::sqrt, positive), {std::sqrt(p.low), std::sqrt(p.high)});
                break;
            }
            case 6: bound(g_.unary(op::square, a), {square_low, m * m}); break;
            case 7: see(g_.unary(op::abs, a), {std::sqrt(square_low), m}); break;
            case 8: see(g_.unary(op::sign, a), {-1, 1}); break;
            case 9: see(g_.unary(op::positive, a), {0, 1}); break;
            default:
                see(g_.unary(op::relu, a), {std::max(x.low, 0.0), std::max(x.high, 0.0)});
                break;
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
        node_id b = choose([&](node_id i) {
            return shape_of(i) == shape_of(a) || shape_of(i).is_scalar() || shape_of(a).is_scalar();
        });
        interval const x = at(a);
        interval y = at(b);
        switch (random_.below(7)) {
            case 0:
            case 1:
            case 2:
                bound(g_.binary(op::add, a, b), {x.low + y.low, x.high + y.high});
                break;
            case 3:
                bound(g_.binary(op::subtract, a, b), {x.low - y.high, x.high - y.low});
                break;
            case 4:
                b = y.away_from_zero() ? b : made_positive(b);
                y = at(b);
                bound(g_.binary(op::divide, a, b), hull(x, {1 / y.high, 1 / y.low}));
                break;
            default: bound(g_.binary(op::multiply, a, b), hull(x, y)); break;
        }
    }
    static interval hull(interval x, interval y)
    {
        double const corners[] = {x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high};
        return {*std::min_element(corners, corners + 4), *std::max_element(corners, corners + 4)};
    }

    node_id choose_next(std::size_t k)
    {
        extents const shape = out_.states[k];
        if (k > 0 && random_.chance(0.1)) {
            for (std::size_t j = 0; j < next_.size(); ++j) {
                if (next_[j] > 0 && shape_of(next_[j]) == shape) {
                    return next_[j];  // the same value as another state's
                }
            }
        }
        bool const prefers_work = !random_.chance(0.15);
        node_id chosen = choose([&](node_id i) {
            return shape_of(i) == shape && (!prefers_work || !is_leaf(g_[i].code));
        });
        if (chosen == no_node) {
            chosen = state_leaf(k);
            if (random_.chance(0.5)) {
                chosen = see(g_.unary(op::tanh, chosen), {-1, 1});
            }
        }
        return at(chosen).magnitude() <= 2 ? chosen : see(g_.unary(op::tanh, chosen), {-1, 1});
    }
    node_id choose_output()
    {
        return random_.chance(0.2) ? next_[random_.below(next_.size())] : choose_any();
    }

    random_source random_;
    sample_program out_{};
    graph g_{};
    std::size_t dimensions_ = 1;
    bool layered_ = false;
    std::vector<interval> intervals_{};  // of every node
    std::vector<node_id> visible_{};     // vectors and scalars to choose operands from
    std::vector<node_id> matrices_{};
    std::vector<node_id> next_{};
};

/// The program of a seed.
inline sample_program random_program(unsigned seed) { return program_generator(seed).make(); }

}  // namespace rondo::test
