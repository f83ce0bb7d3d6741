#pragma once
/// @file
/// Lists the stages in the order of execution, the nodes of each, and the values that each must store
/// because they leave the program: results, new states, saved values.

#include <rondo/pass/fuse_stages.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::ir_internal {

/// A value that leaves a program.
struct required_store {
    node_id value = no_node;    ///< the node
    array to{};                 ///< the array in which its reader expects it
    stage_id stage = no_stage;  ///< the stage that stores it
};

/// The stages of a program.
struct stage_order {
    static_vector<stage_key, max_stages, stage_id, too_many_stages> keys{};  ///< in the order of execution
    static_vector<required_store, max_stores> stores{};                      ///< states first, results last
    node_list nodes{};                             ///< of the stages, one after the other
    std::array<entry_id, max_stages + 1> first{};  ///< where in `nodes` each stage begins
    node_map<stage_id> number{};                   ///< the stage that a node belongs to, or no_stage

    /// The stage of a node, or no_stage.
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

/// Lists all values that leave @p p. States, which a loop reads, come first.
constexpr void require_stores(program const& p, node_list const& saved, stage_order& out)
{
    auto const require = [&](node_id v, storage kind, auto index) {
        out.stores.push_back({v, {kind, static_cast<std::int16_t>(index), p.nodes[v].shape}, no_stage});
    };
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        require(p.states[k].to, storage::carried_out, k);
    }
    for (entry_id k = 0; k < saved.size(); ++k) {
        require(saved[k], storage::saved, k);
    }
    for (program_result const& y : p.results) {
        if (!is_added_up(y.what)) {
            bool const is_output = y.what == role::output;
            require(y.value, is_output ? storage::output : storage::input_gradient, y.index);
        }
    }
}

/// The stage that copies a leaf to where it is expected: in a loop only if a state needs that.
constexpr stage_key key_of_copy(recurrence_structure const& r, required_store const& s)
{
    stage_key k{.where = r.positions[s.value], .level = 0, .shape = s.to.shape};
    auto const state = static_cast<std::size_t>(s.to.index);
    if (s.to.kind == storage::carried_out && r.is_loop[state]) {
        k.where = {r.loop_of[state], true};
    }
    return k;
}

/// The order of execution. Scalars come first within a level, because inlined values of that level's vectors
/// and reductions may depend on them, and what runs head by head comes last, because it may read what other
/// stages of the level have stored.
constexpr bool runs_before(stage_key const& a, stage_key const& b)
{
    if (a.is_once != b.is_once) {
        return a.is_once;
    }
    if (a.where != b.where) {
        return a.where.before(b.where);
    }
    if (a.level != b.level) {
        return a.level < b.level;
    }
    if (a.shape.rank() != b.shape.rank()) {
        return a.shape.rank() < b.shape.rank();
    }
    if (a.by_head != b.by_head) {
        return b.by_head;
    }
    return a.reduces != b.reduces ? a.reduces : a.shape.dims < b.shape.dims;
}

/// Sorts the keys and renumbers the stages of nodes and stores accordingly.
constexpr void sort_stages(program const& p, stage_order& out)
{
    static_vector<stage_id, max_stages, stage_id, too_many_stages> rank{};
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
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        renumber(out.number[i]);
    }
    for (required_store& s : out.stores) {
        renumber(s.stage);
    }
}

/// Lists the nodes stage by stage.
constexpr void list_nodes(program const& p, stage_order& out)
{
    std::array<entry_id, max_stages + 1> next{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (out.of(i) != no_stage) {
            ++next[static_cast<std::size_t>(out.of(i)) + 1];
            out.nodes.push_back(i);
        }
    }
    for (std::size_t s = 0; s < max_stages; ++s) {
        next[s + 1] = static_cast<entry_id>(next[s + 1] + next[s]);
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
/// product and not inlined belongs to one stage; every result, new state and saved value is
/// stored by one.
constexpr stage_order order_stages(program const& p, recurrence_structure const& r, staging const& s,
                                   node_list const& saved)
{
    stage_order out{.number = {p.nodes.size(), no_stage}};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        op const code = p.nodes[i].opcode;
        if (!is_leaf(code) && code != op::outer && !s.is_inlined[i]) {
            out.number[i] = out.keys.push_back_once(s.key[i]);
        }
    }
    detail::require_stores(p, saved, out);
    for (required_store& store : out.stores) {
        stage_id const own = out.of(store.value);
        store.stage = own != no_stage ? own : out.keys.push_back_once(detail::key_of_copy(r, store));
    }
    detail::sort_stages(p, out);
    detail::list_nodes(p, out);
    return out;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
