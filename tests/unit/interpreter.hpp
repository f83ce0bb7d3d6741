#pragma once
/// @file
/// Evaluates programs in double, node by node: the meaning of a program, without optimisation.
///
/// The oracle of the passes' tests. It shares no code with the kernels and evaluates every node
/// by its definition. Values of up to three dimensions meet by the names of these: the position of an entry
/// is an index along each dimension.

#include "entry_operation.hpp"
#include "place.hpp"

#include <rondo/graph/program.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// The entries of a value, those along its last dimension as neighbours.
using value = std::vector<double>;

/// Values for the leaves of a program. That of a symbol is its number.
struct leaf_values {
    std::vector<value> inputs{};
    std::vector<value> states{};
    std::vector<value> parameters{};
    std::vector<value> output_adjoints{};
    std::vector<value> state_adjoints{};
    std::vector<value> saved{};
    std::vector<value> new_states{};
    std::vector<value> per_sequence{};
};

/// Adds `m v`, or `mᵀ v`, to @p sum. If @p m is too small for all entries of both, it is a matrix for each
/// head, as are the parts of @p v and @p sum.
inline void add_product(value& sum, value const& m, value const& v, bool transposed)
{
    std::size_t const heads = sum.size() * v.size() / m.size();
    std::size_t const results = sum.size() / heads;
    std::size_t const terms = v.size() / heads;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        std::size_t const head = i / results;
        for (std::size_t j = 0; j < terms; ++j) {
            std::size_t const at = transposed ? (head * terms + j) * results + i % results : i * terms + j;
            sum[i] += m.at(at) * v[head * terms + j];
        }
    }
}

/// Adds `a bᵀ` to @p sum; if that is too small for the products of all entries, a matrix for each head.
inline void add_outer(value& sum, value const& a, value const& b)
{
    std::size_t const heads = a.size() * b.size() / sum.size();
    std::size_t const columns = b.size() / heads;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t const head = i * heads / a.size();
        for (std::size_t j = 0; j < columns; ++j) {
            sum.at(i * columns + j) += a[i] * b[head * columns + j];
        }
    }
}

/// Adds @p part to @p sum, entry by entry. Different lengths throw.
inline void add_to(value& sum, value const& part)
{
    if (sum.size() != part.size()) {
        throw std::logic_error("two values of different lengths cannot be added");
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] += part[i];
    }
}

/// Entry by entry, @p a, @p b and @p c along the shapes of the operands of @p n.
inline void evaluate_entries(graph const& g, node const& n, sizes const& size, value const& a, value const& b,
                             value const& c, value& out)
{
    auto const entry = [&](node_id o, value const& v, place const& at) {
        return o == no_node ? 0.0 : v.at(entry_at(size, g[o].shape, at));
    };
    for_each_place(size, n.shape, [&](place const& at) {
        out[entry_at(size, n.shape, at)] =
            apply(n.opcode, entry(n.a, a, at), entry(n.b, b, at), entry(n.c, c, at));
    });
}

/// The largest entries, or the sums, of @p a over the dimensions that @p n lacks.
inline void evaluate_reduction(graph const& g, node const& n, sizes const& size, value const& a, value& out)
{
    bool const sums = n.opcode == op::sum;
    out.assign(out.size(), sums ? 0 : -HUGE_VAL);
    for_each_place(size, g[n.a].shape, [&](place const& at) {
        double const v = a.at(entry_at(size, g[n.a].shape, at));
        double& to = out[entry_at(size, n.shape, at)];
        to = sums ? to + v : std::isnan(v) || v > to ? v : to;
    });
}

/// The sums of the entries of @p a along a dimension, up to each or from each on.
inline void evaluate_running_sum(node const& n, sizes const& size, value const& a, value& out)
{
    auto const along = static_cast<std::size_t>(n.index);
    bool const from_the_end = n.opcode == op::running_sum_back;
    for_each_place(size, n.shape, [&](place at) {
        double& to = out[entry_at(size, n.shape, at)];
        std::size_t const own = at[along];
        std::size_t const last = from_the_end ? size.along[along] : own + 1;
        for (at[along] = from_the_end ? own : 0; at[along] < last; ++at[along]) {
            to += a.at(entry_at(size, n.shape, at));
        }
    });
}

/// The value of node @p n of @p g, which is no leaf, given those of its operands. @p b and @p c are only read
/// where the operation has two or three.
inline value evaluate(graph const& g, node const& n, sizes const& size, value const& a, value const& b,
                      value const& c = {})
{
    value out(size.entries(n.shape), 0.0);
    if (is_running_sum(n.opcode)) {
        evaluate_running_sum(n, size, a, out);
    } else if (is_reduction(n.opcode)) {
        evaluate_reduction(g, n, size, a, out);
    } else if (n.opcode == op::rename) {
        out = a;
    } else if (n.opcode == op::transpose) {
        for_each_place(size, n.shape, [&](place const& at) {
            out[entry_at(size, n.shape, at)] = a.at(entry_at(size, g[n.a].shape, at));
        });
    } else if (is_product(n.opcode)) {
        add_product(out, a, b, n.opcode == op::transposed_product);
    } else if (n.opcode == op::outer) {
        add_outer(out, a, b);
    } else if (n.opcode == op::join) {
        out = a;
        out.insert(out.end(), b.begin(), b.end());
    } else if (is_part(n.opcode)) {
        bool const is_last = n.opcode == op::last_piece;
        std::size_t const rest = size[static_cast<dimension_id>(n.index)];
        std::size_t const before = is_last ? rest : 0;
        std::copy_n(a.begin() + static_cast<std::ptrdiff_t>(before), out.size(), out.begin());
        if (rest + out.size() != a.size()) {
            throw std::logic_error("a part has another length than the vector less its other part");
        }
    } else {
        evaluate_entries(g, n, size, a, b, c, out);
    }
    return out;
}

/// The one-hot vector of @p entries that the value of a symbol stands for.
inline value one_hot_vector(value const& symbol, std::size_t entries)
{
    value v(entries, 0.0);
    v.at(static_cast<std::size_t>(std::lround(symbol.at(0)))) = 1;
    return v;
}

/// The value of a leaf.
inline value evaluate_leaf(node const& n, sizes const& size, leaf_values const& from)
{
    auto const k = static_cast<std::size_t>(n.index);
    switch (n.opcode) {
        case op::input: return from.inputs.at(k);
        case op::symbol: return one_hot_vector(from.inputs.at(k), size.entries(n.shape));
        case op::state: return from.states.at(k);
        case op::parameter: return from.parameters.at(k);
        case op::constant: return {n.value};
        case op::extent: return {static_cast<double>(size[static_cast<dimension_id>(n.index)])};
        case op::saved: return from.saved.at(k);
        case op::new_state: return from.new_states.at(k);
        case op::output_adjoint: return from.output_adjoints.at(k);
        case op::state_adjoint: return from.state_adjoints.at(k);
        case op::per_sequence: return from.per_sequence.at(k);
        default: throw std::logic_error("not a leaf");
    }
}

/// The value of every node of @p g. A value whose length is not that of its shape throws.
inline std::vector<value> evaluate(graph const& g, sizes const& size, leaf_values const& from)
{
    std::vector<value> values(static_cast<std::size_t>(g.size()));
    value const none{};
    for (node_id i = 0; i < g.size(); ++i) {
        node const& n = g[i];
        value& v = values[static_cast<std::size_t>(i)];
        auto const of = [&](node_id o) -> value const& {
            return o == no_node ? none : values[static_cast<std::size_t>(o)];
        };
        v = is_leaf(n.opcode) ? evaluate_leaf(n, size, from)
                              : evaluate(g, n, size, of(n.a), of(n.b), of(n.c));
        if (v.size() != size.entries(n.shape)) {
            throw std::logic_error("a leaf's value has another length than its shape");
        }
    }
    return values;
}

/// The results of a step.
struct outcome {
    std::vector<value> states{};   ///< new, in order
    std::vector<value> results{};  ///< as the program lists them
};

/// Runs one step of @p p.
inline outcome run(program const& p, sizes const& size, leaf_values const& from)
{
    std::vector<value> const values = evaluate(p.nodes, size, from);
    outcome out{};
    for (carry const& c : p.states) {
        out.states.push_back(values[static_cast<std::size_t>(c.to)]);
    }
    for (program_result const& r : p.results) {
        out.results.push_back(values[static_cast<std::size_t>(r.value)]);
    }
    return out;
}

/// The sum of the results of @p p for each role: the parts of every parameter's gradient, and
/// the gradients of inputs, which are zero if there is no such result.
struct gradients {
    std::vector<value> inputs{};
    std::vector<value> parameters{};
};
inline gradients gradients_of(program const& p, outcome const& o, leaf_values const& like)
{
    gradients sum{};
    for (value const& v : like.inputs) {
        sum.inputs.emplace_back(v.size(), 0.0);
    }
    for (value const& v : like.parameters) {
        sum.parameters.emplace_back(v.size(), 0.0);
    }
    for (std::size_t i = 0; i < p.results.size(); ++i) {
        program_result const& r = p.results[i];
        if (r.what == role::output) {
            continue;
        }
        std::vector<value>& kind = r.what == role::input_gradient ? sum.inputs : sum.parameters;
        add_to(kind.at(static_cast<std::size_t>(r.index)), o.results[i]);
    }
    return sum;
}

/// The largest difference of two values, relative where their entries are larger than one; infinite
/// if their lengths differ or one is not a number.
inline double difference(value const& a, value const& b)
{
    if (a.size() != b.size()) {
        return std::numeric_limits<double>::infinity();
    }
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        double const apart = a[i] == b[i] ? 0 : std::fabs(a[i] - b[i]);  // also of equal infinities
        double const d = apart / std::max({1.0, std::fabs(a[i]), std::fabs(b[i])});
        largest = d <= largest ? largest : std::isnan(d) ? HUGE_VAL : d;
    }
    return largest;
}
template <class Value>
double difference(std::vector<std::vector<Value>> const& a, std::vector<std::vector<Value>> const& b)
{
    double largest = a.size() == b.size() ? 0 : HUGE_VAL;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        largest = std::max(largest, difference(a[i], b[i]));
    }
    return largest;
}

}  // namespace rondo::test
