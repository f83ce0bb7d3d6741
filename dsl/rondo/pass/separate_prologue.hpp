#pragma once
/// @file
/// Separates what is computed once for each sequence from the step.
///
/// Of a step that is given a context, some values depend on parameters and on the context alone, such as a
/// product `C * context`. In the step they would be computed at every time step. Here they become a program
/// of their own, the *prologue*, which runs before the first step with a row for each sequence. The step
/// reads its results, the *per-sequence values*, as leaves. Each program is differentiated on its own: the
/// backward step adds up the adjoints of per-sequence values over time, and the backward prologue takes the
/// sums. So the gradient of C is an outer product for each sequence and not for each step.
///
/// The states that sequences begin with, which a cell's start() gives, are results of the prologue too.

#include <rondo/graph/rewriter.hpp>

#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A step and its prologue.
struct separated_step {
    program step{};           ///< reads per-sequence values as leaves `per_sequence`
    program prologue{};       ///< its outputs are the per-sequence values, then the states of start()
    std::int16_t values = 0;  ///< how many per-sequence values there are
};

namespace detail {

/// The leaves that a value depends on, besides parameters and constants.
enum class dependence : std::uint8_t {
    none,          ///< nothing
    per_sequence,  ///< inputs that are per-sequence, and no others
    step,          ///< inputs or states that change over time
};

/// The dependences of all nodes of @p p, whose first @p inputs inputs change over time.
constexpr node_map<dependence> find_dependences(program const& p, std::size_t inputs)
{
    node_map<dependence> of{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        if (n.opcode == op::input || n.opcode == op::symbol) {
            of[i] = n.index < static_cast<int>(inputs) ? dependence::step : dependence::per_sequence;
        } else if (n.opcode == op::state) {
            of[i] = dependence::step;
        }
        for_each_operand(p.nodes, i, [&](node_id o) { of[i] = of[o] > of[i] ? of[o] : of[i]; });
    }
    return of;
}

/// Whether node @p i repeats a value along a matrix. The step does that as it loads the value.
constexpr bool fills_matrix(program const& p, node_id i)
{
    return p.nodes[i].opcode == op::broadcast && p.nodes[i].shape.is_matrix();
}

/// The per-sequence values that the step reads: those with a user in the step, and its results. @p repeats
/// gets those that fill a matrix, which the step repeats for itself.
constexpr node_list find_per_sequence_values(program const& p, node_map<dependence> const& of,
                                             node_map<bool>& repeats)
{
    node_list values{};
    auto const use = [&](node_id i) {
        if (of[i] == dependence::per_sequence) {
            repeats[i] = fills_matrix(p, i);
            values.push_back_once(repeats[i] ? p.nodes[i].a : i);
        }
    };
    for (node_id u = 0; u < p.nodes.size(); ++u) {
        if (of[u] == dependence::step) {
            for_each_operand(p.nodes, u, use);
        }
    }
    for (carry const& c : p.states) {
        use(c.to);
    }
    for (program_result const& r : p.results) {
        if (r.what != role::start) {
            use(r.value);
        }
    }
    return values;
}

/// The program that computes @p values of @p whole, and the states of start().
constexpr program make_prologue(program const& whole, node_list const& values, std::size_t inputs)
{
    node_map<bool> needed{};
    for (node_id const i : values) {
        needed[i] = true;
    }
    for (program_result const& r : whole.results) {
        needed[r.value] = needed[r.value] || r.what == role::start;
    }
    for (node_id i = whole.nodes.size(); i-- > 0;) {
        if (needed[i]) {
            for_each_operand(whole.nodes, i, [&](node_id o) { needed[o] = true; });
        }
    }
    program bare{};
    bare.nodes = whole.nodes;
    rewriter to(bare);
    for (node_id i = 0; i < whole.nodes.size(); ++i) {
        node leaf = whole.nodes[i];
        if (needed[i] && (leaf.opcode == op::input || leaf.opcode == op::symbol)) {
            leaf.index = static_cast<std::int16_t>(leaf.index - static_cast<int>(inputs));
            to.replace(i, to.nodes().add(leaf));
        } else if (needed[i]) {
            to.copy(i);
        }
    }
    program prologue = to.finish();
    for (std::int16_t k = 0; k < values.size(); ++k) {
        prologue.results.push_back({role::output, k, to[values[k]]});
    }
    for (program_result const& r : whole.results) {
        if (r.what == role::start) {
            auto const index = static_cast<std::int16_t>(values.size() + r.index);
            prologue.results.push_back({role::output, index, to[r.value]});
        }
    }
    return prologue;
}

}  // namespace detail

/// Separates @p whole, whose first @p inputs inputs change over time and whose other inputs do not.
///
/// Afterwards: the step and the prologue together compute the values of @p whole; the step reads no
/// per-sequence input and has no product with a per-sequence value alone; no per-sequence value is another
/// one repeated along a matrix; the prologue reads no input that changes over time and no state.
constexpr separated_step separate_prologue(program const& whole, std::size_t inputs)
{
    auto const of = detail::find_dependences(whole, inputs);
    node_map<bool> repeats{};
    node_list const values = detail::find_per_sequence_values(whole, of, repeats);
    separated_step out{.prologue = detail::make_prologue(whole, values, inputs), .values = values.size()};
    node_map<bool> is_value{};
    rewriter to(whole);
    for (std::int16_t k = 0; k < values.size(); ++k) {
        is_value[values[k]] = true;
    }
    for (node_id i = 0; i < whole.nodes.size(); ++i) {
        if (is_value[i]) {
            std::int16_t k = 0;
            while (values[k] != i) {
                ++k;
            }
            to.replace(i, to.nodes().leaf(op::per_sequence, k, whole.nodes[i].shape));
        } else if (of[i] != detail::dependence::per_sequence || repeats[i]) {
            to.copy(i);
        }
    }
    out.step = to.finish([&](program_result const& r) { return r.what != role::start; });
    return out;
}

/// Whether a product in @p p multiplies a per-sequence value. The prologue has all such products that are
/// written; one can come back where a value that changes over time has only chosen a derivative.
constexpr bool multiplies_per_sequence(program const& p)
{
    bool any = false;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        any = any || (is_product(p.nodes[i].opcode) && p.nodes[p.nodes[i].b].opcode == op::per_sequence);
    }
    return any;
}

/// Whether the step of a cell multiplies per-sequence values in its prologue alone. The message names the
/// cell.
template <class Cell, bool Multiplies>
struct contexts_are_multiplied_once {
    static_assert(!Multiplies,
                  "a matrix multiplies with_gradient(a, b) where a is per_sequence and b changes over time; "
                  "multiply both by the matrix first: with_gradient(W * a, W * b)");
    static constexpr bool value = !Multiplies;
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
