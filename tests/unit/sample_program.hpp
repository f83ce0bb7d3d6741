#pragma once
/// @file
/// A step with the data to run it, and random values for its leaves.

#include "interpreter.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <random>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// Random numbers that do not depend on the standard library.
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

/// A step and the data to run it.
struct sample_program {
    program step{};
    sizes size{};
    std::vector<extents> inputs{};
    std::vector<bool> is_symbol{};  // by input
    std::vector<extents> states{};
    std::vector<extents> parameters{};
};

/// A random value for input @p k of a step.
inline value random_input(sample_program const& s, std::size_t k, random_source& random)
{
    std::size_t const entries = s.size.entries(s.inputs[k]);
    return s.is_symbol[k] ? value{static_cast<double>(random.below(entries))} : random.vector(entries, 1);
}

/// Random values for the leaves of a step, within the intervals that the program was made for.
inline leaf_values random_leaves(sample_program const& s, random_source& random)
{
    auto const draw = [&](extents e, double m) { return random.vector(s.size.entries(e), m); };
    leaf_values l{};
    for (std::size_t k = 0; k < s.inputs.size(); ++k) {
        l.inputs.push_back(random_input(s, k, random));
    }
    for (extents e : s.states) {
        l.states.push_back(draw(e, 1));
        l.state_adjoints.push_back(draw(e, 1));
    }
    for (extents e : s.parameters) {
        l.parameters.push_back(draw(e, 0.7));
    }
    for (program_result const& r : s.step.results) {
        l.output_adjoints.push_back(draw(s.step.nodes[r.value].shape, 1));
    }
    return l;
}

/// The distance of a value of an operation's first two operands from a kink or a jump of the operation;
/// infinite if it has none.
inline double distance_to_kink(op code, double a, double b)
{
    switch (code) {
        case op::relu:
        case op::abs:
        case op::sign:
        case op::positive:
        case op::select: return std::fabs(a);
        case op::floor:
        case op::trunc: return std::fabs(a - std::rint(a));
        case op::round: return std::fabs(a - std::floor(a) - 0.5);
        case op::minimum:
        case op::maximum:
        case op::above:
        case op::less:
        case op::less_equal:
        case op::equal:
        case op::not_equal: return std::fabs(a - b);
        case op::fmod: return std::fabs(std::remainder(a, b));
        default: return HUGE_VAL;
    }
}

/// The smallest distance of a largest entry, node @p i, from the second largest.
inline double distance_to_second(graph const& g, node_id i, sizes const& size,
                                 std::vector<value> const& values)
{
    value const& all = values[static_cast<std::size_t>(g[i].a)];
    std::vector<value> groups(size.entries(g[i].shape));
    for_each_place(size, g[g[i].a].shape, [&](place const& at) {
        groups[entry_at(size, g[i].shape, at)].push_back(all.at(entry_at(size, g[g[i].a].shape, at)));
    });
    double nearest = HUGE_VAL;
    for (value& entries : groups) {
        std::sort(entries.begin(), entries.end(), std::greater{});
        nearest = entries.size() > 1 ? std::min(nearest, entries[0] - entries[1]) : nearest;
    }
    return nearest;
}

/// The smallest distance of an argument of a function from its kink. Exactly zero does not count: in the
/// tests' programs such a value, as relu of relu, is zero in a neighbourhood as well. With @p zero_counts it
/// does: where such a value was moved by a parameter, it is not.
inline double distance_to_kink(graph const& g, sizes const& size, std::vector<value> const& values,
                               bool zero_counts = false)
{
    double nearest = HUGE_VAL;
    for (node_id i = 0; i < g.size(); ++i) {
        if (g[i].opcode == op::largest && g[g[i].a].opcode != op::broadcast) {
            nearest = std::min(nearest, distance_to_second(g, i, size, values));
        }
        if (!is_elementwise(g[i].opcode)) {
            continue;
        }
        auto const entry = [&](node_id o, place const& at) {
            return values[static_cast<std::size_t>(o)].at(entry_at(size, g[o].shape, at));
        };
        for_each_place(size, g[i].shape, [&](place const& at) {
            double const a = entry(g[i].a, at);
            double const d = distance_to_kink(g[i].opcode, a, g[i].b == no_node ? a : entry(g[i].b, at));
            nearest = d == 0 && !zero_counts ? nearest : std::min(nearest, d);
        });
    }
    return nearest;
}

}  // namespace rondo::test
