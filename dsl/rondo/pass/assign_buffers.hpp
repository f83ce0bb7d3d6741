#pragma once
/// @file
/// Assigns an array to every value that stages exchange.
///
/// Most values that the stages of a step exchange are dead when the next step begins. Such a value gets an
/// array of one step, which stays in the cache; only values that leave their loop, and values for the caller
/// or the backward step, take memory for all steps.

#include <rondo/pass/order_stages.hpp>

#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The arrays of a program.
struct buffer_assignment {
    static_vector<array, max_arrays, array_id, too_many_arrays> arrays{};  ///< all of them
    node_map<array_id> of{};                        ///< where a node's value can be read, or no_array
    static_vector<array_id, max_stores> targets{};  ///< of the required stores, in their order
};

namespace detail {

/// Where a value is read, directly or through inlined values.
class readers {
   public:
    constexpr void add(position p)
    {
        several_ = several_ || (any_ && p != where_);
        any_ = true;
        where_ = p;
    }
    constexpr void add(readers const& r)
    {
        if (r.any_) {
            add(r.where_);
        }
        several_ = several_ || r.several_;
    }
    constexpr void add_anywhere() { several_ = true; }
    [[nodiscard]] constexpr bool all_at(position p) const { return !several_ && (!any_ || where_ == p); }

   private:
    position where_{};
    bool any_ = false;
    bool several_ = false;
};

/// Where every value is read.
constexpr node_map<readers> find_readers(program const& p, staging const& s, stage_order const& order)
{
    node_map<readers> found{};
    for (program_result const& y : p.results) {
        if (is_added_up(y.what)) {
            found[y.value].add_anywhere();
        }
    }
    for (node_id u = p.nodes.size(); u-- > 0;) {
        for_each_operand(p.nodes, u, [&](node_id o) {
            readers& r = found[o];
            if (order.of(u) != no_stage) {
                r.add(s.key[u].where);
            } else if (p.nodes[u].opcode == op::outer) {
                r.add_anywhere();
            } else {
                r.add(found[u]);  // complete: users have larger numbers
            }
        });
    }
    return found;
}

/// Lists arrays, each once.
struct buffer_builder {
    program const& p;
    buffer_assignment out{.of = {p.nodes.size(), no_array}};

    constexpr array_id& buffer(node_id i) { return out.of[i]; }
    constexpr void add_target(required_store const& s)
    {
        array_id const to = out.arrays.push_back(s.to);
        out.targets.push_back(to);
        bool const is_readable = s.to.kind == storage::carried_out || s.to.kind == storage::saved;
        if (is_readable && !is_leaf(p.nodes[s.value].opcode) && buffer(s.value) == no_array) {
            buffer(s.value) = to;
        }
    }
    /// Whether parameter @p i is used otherwise than as the matrix of products, which is read from panels.
    constexpr bool is_read_by_entries(node_id i) const
    {
        bool is_read = !p.nodes[i].shape.is_matrix();
        for (node_id u = i; u < p.nodes.size() && !is_read; ++u) {
            bool const multiplies = is_product(p.nodes[u].opcode);
            for_each_operand(p.nodes, u, [&](node_id o) {
                is_read = is_read || (o == i && !(multiplies && o == p.nodes[u].a));
            });
        }
        for_each_root(p, [&](node_id r) { is_read = is_read || r == i; });
        return is_read;
    }
    constexpr void add_leaf(node_id i, bool carries_states)
    {
        node const& n = p.nodes[i];
        auto const is = [&](storage kind) { buffer(i) = out.arrays.push_back({kind, n.index, n.shape}); };
        switch (n.opcode) {
            case op::input:
            case op::symbol: return is(storage::input);
            case op::output_adjoint: return is(storage::output_adjoint);
            case op::new_state: return is(storage::new_state);
            case op::saved: return is(storage::saved);
            case op::per_sequence: return is(storage::per_sequence);
            case op::state_adjoint: return is(storage::carried_in);
            case op::state: return is(carries_states ? storage::carried_in : storage::old_state);
            case op::parameter: return is_read_by_entries(i) ? is(storage::parameter) : void();
            default: return;
        }
    }
};

}  // namespace detail

/// Assigns arrays to the leaves of @p p and to all values in @p needed.
///
/// A matrix that is a parameter has an array if it is used entry by entry, and panels if it is multiplied.
///
/// Afterwards: every required store has an array of its own; every needed value has a buffer; a value
/// whose buffer lasts one step is read in its own loop only.
constexpr buffer_assignment assign_buffers(program const& p, staging const& s, stage_order const& order,
                                           node_map<bool> const& needed)
{
    node_map<detail::readers> const readers = detail::find_readers(p, s, order);
    detail::buffer_builder build{.p = p};
    for (required_store const& store : order.stores) {
        build.add_target(store);
    }
    bool const carries_states = !p.states.empty() && p.nodes[p.states[0].from].opcode == op::state;
    std::int16_t temporaries = 0;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (is_leaf(p.nodes[i].opcode)) {
            build.add_leaf(i, carries_states);
        } else if (order.of(i) != no_stage && needed[i] && build.buffer(i) == no_array) {
            position const where = s.key[i].where;
            bool const stays = where.is_loop && readers[i].all_at(where);
            storage const kind = s.key[i].is_once ? storage::kept : stays ? storage::step : storage::span;
            build.buffer(i) = build.out.arrays.push_back({kind, temporaries++, p.nodes[i].shape});
        }
    }
    return build.out;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
