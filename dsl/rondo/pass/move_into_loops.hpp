#pragma once
/// @file
/// Moves work on the matrices of a loop into the loop.
///
/// recurrence() places outside the loops all work that does not depend on their states. For vectors that is
/// right: they take little memory, and products over all steps at once are fast. A matrix that a phase makes
/// for a loop, such as exp(dt A), or reads after it, such as C q, would be in memory for all steps, although
/// the loop has the same entries in registers. So elementwise work and reductions of the largest matrices of
/// a loop run in it, together with the vectors between them. In the backward step that includes work on the
/// states themselves, which the loop reads in any case; what is made from that runs behind the loop.

#include <rondo/pass/schedule.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The largest rank of the matrices of loop @p loop of @p p, of its states and of its work; 0 if it has none.
constexpr int matrix_rank(program const& p, recurrence_structure const& r, std::int8_t loop)
{
    int rank = 0;
    auto const meet = [&](extents shape) { rank = shape.is_matrix() ? std::max(rank, shape.rank()) : rank; };
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        if (r.loop_of[k] == loop && r.is_loop[k]) {
            meet(p.nodes[p.states[k].from].shape);
        }
    }
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (r.positions[i] == position{loop, true} && is_matrix_work(p.nodes, p.nodes[i])) {
            meet(work_shape(p.nodes, p.nodes[i]));
        }
    }
    return rank;
}

namespace detail {

/// Finds the work that can move into one loop.
struct loop_search {
    program const& p;
    recurrence_structure& r;
    position loop;
    int rank;  // of the matrices of the loop; those of fewer dimensions are stored for all steps like vectors
    node_map<bool> has_product = sums_of_products(p.nodes);
    node_map<bool> is_candidate{};  // can move, with the candidates that it reads or that read it
    node_map<bool> can_wait{};      // before the loop: can move behind it
    node_map<bool> joins{};         // shares a large matrix with the loop

    constexpr node const& get(node_id i) const { return p.nodes[i]; }
    constexpr position where(node_id i) const { return r.positions[i]; }
    /// Whether a kernel without products can do the work of node @p i. What is added to a product stays with
    /// it, for accumulators start from that.
    constexpr bool is_movable(node_id i) const
    {
        op const code = get(i).opcode;
        return (is_elementwise(code) && !has_product[i]) || is_row_operation(code) || rearranges(code);
    }
    /// Whether leaf @p i can be read in the loop: it is none of the states that later loops have.
    constexpr bool is_readable(node_id i) const
    {
        for (std::size_t k = 0; k < p.states.size(); ++k) {
            if (p.states[k].from == i) {
                return r.loop_of[k] < loop.loop || (r.loop_of[k] == loop.loop && r.is_loop[k]);
            }
        }
        return true;
    }

    /// Whether node @p i is a matrix of the largest rank of the loop.
    constexpr bool is_large(node_id i) const { return get(i).shape.rank() >= rank; }
    /// Whether node @p i is a state of the loop, or in the backward step one of the forward step. The loop
    /// reads it in any case.
    constexpr bool is_state(node_id i) const
    {
        node const& n = get(i);
        bool const is_kind =
            n.opcode == op::new_state || n.opcode == op::state || n.opcode == op::state_adjoint;
        auto const k = static_cast<std::size_t>(n.index);
        return is_kind && is_large(i) && r.loop_of[k] == loop.loop && r.is_loop[k];
    }
    /// Finds candidates behind the loop: what is made from values of the loop or before it.
    constexpr void search_behind()
    {
        node_map<bool> is_at_hand{};  // a large matrix of the loop, or made in a pass over one
        for (node_id i = 0; i < p.nodes.size(); ++i) {
            bool available = is_movable(i) && loop.before(where(i));
            bool reads = false;
            for_each_operand(p.nodes, i, [&](node_id o) {
                bool const is_early = where(o) == loop || where(o).before(loop);
                available =
                    available && (is_leaf(get(o).opcode) ? is_readable(o) : is_early || is_candidate[o]);
                reads = reads || (is_at_hand[o] && get(o).shape == work_shape(p.nodes, get(i)));
            });
            is_candidate[i] = available;
            joins[i] = available && reads;
            is_at_hand[i] = is_state(i) || (is_large(i) && (where(i) == loop || joins[i]));
        }
    }
    /// Finds candidates before the loop: work that only candidates read before it.
    constexpr void search_ahead()
    {
        node_map<bool> is_used_early{};  // by something before the loop that cannot move
        node_map<bool>
            is_used_inside{};  // by something before the end of the loop that cannot move behind it
        for (carry const& c : p.states) {
            is_used_early[c.to] = is_used_inside[c.to] = true;
        }
        for (node_id i = p.nodes.size(); i-- > 0;) {
            bool const is_early = where(i).before(loop) && !where(i).is_loop && !is_leaf(get(i).opcode);
            can_wait[i] = is_early && !is_used_inside[i];
            is_candidate[i] = is_early && !is_used_early[i] && is_movable(i);
            bool const is_in_loop = where(i) == loop;
            bool const is_behind = loop.before(where(i)) || can_wait[i];
            for_each_operand(p.nodes, i, [&](node_id o) {
                is_used_inside[o] = is_used_inside[o] || !is_behind;
                is_used_early[o] = is_used_early[o] || !(is_behind || is_in_loop || is_candidate[i]);
                joins[o] = joins[o] || (is_large(o) && (is_in_loop || (is_candidate[i] && joins[i])));
            });
        }
    }

    /// Moves the candidates behind the loop that read its matrices, or lead to such.
    constexpr void move_back()
    {
        node_map<bool> leads{};
        for (node_id i = p.nodes.size(); i-- > 0;) {
            if (joins[i] || (is_candidate[i] && leads[i])) {
                r.positions[i] = loop;
                for_each_operand(p.nodes, i, [&](node_id o) { leads[o] = true; });
            }
        }
    }
    /// Moves the candidates before the loop that are matrices of its work, or read matrices that it reads
    /// too; and moves what is made from these: into the loop, or behind it if that can wait.
    constexpr void move_ahead()
    {
        node_map<bool> is_inside{};
        node_map<bool> is_behind{};
        for (node_id i = 0; i < p.nodes.size(); ++i) {
            bool const is_work = is_candidate[i] && is_matrix_work(p.nodes, get(i));
            bool follows = is_work && joins[i];
            bool waits = false;
            for_each_operand(p.nodes, i, [&](node_id o) {
                follows = follows || is_inside[o] || (is_work && is_state(o));
                waits = waits || is_behind[o];
            });
            if (where(i).before(loop) && (follows || waits)) {
                is_behind[i] = waits || (!is_work && can_wait[i]);
                is_inside[i] = !is_behind[i];
                r.positions[i] = is_inside[i] ? loop : position{loop.loop, false};
            }
        }
    }
};

}  // namespace detail

/// Returns the positions of the nodes of @p p, which recurrence() found to be @p r, with work on matrices in
/// the loops of matrices next to it.
///
/// Afterwards: the position of an operand that is no leaf is its user's or before it; elementwise work and
/// reductions have moved into loops that have a matrix, and what is made from them behind these loops; no
/// elementwise work on a large matrix of a loop and no reduction of one is behind the loop that could be in
/// it, but for what is added to a product; a program without matrices has not changed.
constexpr recurrence_structure move_into_loops(program const& p, recurrence_structure r)
{
    for (std::int8_t loop = 1; loop <= r.loops; ++loop) {
        if (int const rank = matrix_rank(p, r, loop); rank > 0) {
            detail::loop_search behind{.p = p, .r = r, .loop = {loop, true}, .rank = rank};
            behind.search_behind();
            behind.move_back();
            detail::loop_search ahead{.p = p, .r = r, .loop = {loop, true}, .rank = rank};
            ahead.search_ahead();
            ahead.move_ahead();
        }
    }
    return r;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
