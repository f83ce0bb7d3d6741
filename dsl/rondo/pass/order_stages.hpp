#pragma once
/// @file
/// Lists the stages in the order of execution, the nodes of each, and what each must store whatever
/// others need: results, new states, kept values.

#include <rondo/pass/fuse_stages.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The largest number of values that leave a program: saved values, new states and results.
inline constexpr std::size_t max_required_stores = 512;

/// A value that leaves a program.
struct required_store {
    node_id value = no_node;    ///< the node
    array to{};                 ///< where it must be found
    stage_id stage = no_stage;  ///< the one that stores it
};

/// The stages of a program.
struct stage_order {
    static_vector<stage_key, max_stages, stage_id> keys{};        ///< in the order of execution
    static_vector<required_store, max_required_stores> stores{};  ///< states first, results last
    node_list nodes{};                                            ///< of the stages, one after the other
    std::array<entry_id, max_stages + 1> first{};                 ///< where in `nodes` each stage begins
    node_map<stage_id> number{};  ///< of the stage that a node belongs to, or no_stage

    /// The stage of a node.
    constexpr stage_id of(node_id i) const { return number[i]; }
    /// Calls @p f with every node of a stage, operands first.
    template <class F>
    constexpr void for_each_node(stage_id stage, F&& f) const
    {
        auto const s = static_cast<std::size_t>(stage);
        for (entry_id k = first[s]; k < first[s + 1]; ++k) {
            f(nodes[k]);
        }
    }
};

namespace detail {

/// Lists all that leaves @p p. States, which a loop reads, come first.
constexpr void require_stores(program const& p, node_list const& kept, stage_order& out)
{
    auto const require = [&](node_id v, storage kind, auto index) {
        out.stores.push_back({v, {kind, static_cast<std::int16_t>(index), p.nodes[v].shape.rows}, no_stage});
    };
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        require(p.states[k].to, storage::carried_out, k);
    }
    for (entry_id k = 0; k < kept.size(); ++k) {
        require(kept[k], storage::saved, k);
    }
    for (program_result const& y : p.results) {
        if (y.what != role::parameter_gradient) {
            bool const is_output = y.what == role::output;
            require(y.value, is_output ? storage::output : storage::input_gradient, 0);
        }
    }
}

/// The stage that copies a leaf to where it must be found: in a loop only if a state needs that.
constexpr stage_key key_of_copy(recurrence_structure const& r, required_store const& s)
{
    stage_key k{.where = r.sections[s.value], .level = 0, .dim = s.to.dim};
    auto const state = static_cast<std::size_t>(s.to.index);
    if (s.to.kind == storage::carried_out && r.is_loop[state]) {
        k.where = {r.loop_of[state], true};
    }
    return k;
}

/// (Scalars first within a level: the vectors and reductions of that level may float on them.)
constexpr bool runs_before(stage_key const& a, stage_key const& b)
{
    if (a.where != b.where) {
        return a.where.before(b.where);
    }
    if (a.level != b.level) {
        return a.level < b.level;
    }
    if ((a.dim == unit) != (b.dim == unit)) {
        return a.dim == unit;
    }
    return a.reduces != b.reduces ? a.reduces : a.dim < b.dim;
}

/// Sorts the keys, and renumbers what refers to them.
constexpr void sort_stages(stage_order& out)
{
    static_vector<stage_id, max_stages, stage_id> rank{};
    auto const found = out.keys;
    for (stage_key const& key : found) {
        stage_id before = 0;
        for (stage_key const& other : found) {
            before = static_cast<stage_id>(before + runs_before(other, key));
        }
        rank.push_back(before);
        out.keys[before] = key;
    }
    auto const renumber = [&](stage_id& stage) { stage = stage == no_stage ? stage : rank[stage]; };
    for (stage_id& stage : out.number) {
        renumber(stage);
    }
    for (required_store& s : out.stores) {
        renumber(s.stage);
    }
}

/// Lists the nodes stage by stage.
constexpr void list_nodes(program const& p, stage_order& out)
{
    std::array<std::int16_t, max_stages + 1> next{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (out.of(i) != no_stage) {
            ++next[static_cast<std::size_t>(out.of(i)) + 1];
            out.nodes.push_back(i);
        }
    }
    for (std::size_t s = 0; s < max_stages; ++s) {
        next[s + 1] = static_cast<std::int16_t>(next[s + 1] + next[s]);
    }
    out.first = next;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (out.of(i) != no_stage) {
            out.nodes[next[static_cast<std::size_t>(out.of(i))]++] = i;
        }
    }
}

}  // namespace detail

/// Puts the stages of @p p in order.
///
/// Afterwards: a stage comes after those whose values it uses; every node that is no leaf, no outer
/// product and does not float belongs to one stage; every result, new state and kept value is
/// stored by one.
constexpr stage_order order_stages(program const& p, recurrence_structure const& r, staging const& s,
                                   node_list const& kept)
{
    stage_order out{};
    auto const number_of = [&](stage_key const& k) { return out.keys.push_back_once(k); };
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        op const code = p.nodes[i].opcode;
        bool const belongs = !is_leaf(code) && code != op::outer && !s.floats[i];
        out.number[i] = belongs ? number_of(s.key[i]) : no_stage;
    }
    detail::require_stores(p, kept, out);
    for (required_store& store : out.stores) {
        stage_id const own = out.of(store.value);
        store.stage = own != no_stage ? own : number_of(detail::key_of_copy(r, store));
    }
    detail::sort_stages(out);
    detail::list_nodes(p, out);
    return out;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
