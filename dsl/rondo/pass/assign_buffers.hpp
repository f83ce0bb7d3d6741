#pragma once
/// @file
/// Gives every value that stages exchange the array that it stands in.
///
/// Most of what a step exchanges with itself is gone when the next step begins. Such a value gets an
/// array of one step, which stays in the cache; only what leaves its loop, or what the caller or the
/// backward step is to find, takes memory for all steps.

#include <rondo/pass/order_stages.hpp>

#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The arrays of a program.
struct buffer_assignment {
    static_vector<array, max_arrays, array_id> arrays{};  ///< all of them
    node_map<array_id> of{};                              ///< where a node's value can be read, or no_array
    static_vector<array_id, max_required_stores> targets{};  ///< of the required stores, in their order
};

namespace detail {

/// Where a value is read, directly or through what floats.
class readers {
   public:
    constexpr void add(section p)
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
    [[nodiscard]] constexpr bool all_in(section p) const { return !several_ && (!any_ || where_ == p); }

   private:
    section where_{};
    bool any_ = false;
    bool several_ = false;
};

/// Where every value is read.
constexpr node_map<readers> find_readers(program const& p, staging const& s, stage_order const& order)
{
    node_map<readers> found{};
    for (program_result const& y : p.results) {
        if (y.what == role::parameter_gradient) {
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

/// Lists arrays. Every array is asked for once.
struct buffer_builder {
    program const& p;
    buffer_assignment out{};

    constexpr array_id& home(node_id i) { return out.of[i]; }
    constexpr array_id new_array(array a) { return out.arrays.push_back(a); }
    constexpr void require(required_store const& s)
    {
        array_id const to = new_array(s.to);
        out.targets.push_back(to);
        bool const readable = s.to.kind == storage::carried_out || s.to.kind == storage::saved;
        if (readable && !is_leaf(p.nodes[s.value].opcode) && home(s.value) == no_array) {
            home(s.value) = to;
        }
    }
    constexpr void find_leaf(node_id i, bool carries_states)
    {
        node const& n = p.nodes[i];
        auto const is = [&](storage kind) { home(i) = new_array({kind, n.index, n.shape.rows}); };
        switch (n.opcode) {
            case op::input: return is(storage::input);
            case op::output_adjoint: return is(storage::output_adjoint);
            case op::new_state: return is(storage::new_state);
            case op::saved: return is(storage::saved);
            case op::state_adjoint: return is(storage::carried_in);
            case op::state: return is(carries_states ? storage::carried_in : storage::old_state);
            case op::parameter: return n.shape.is_matrix() ? void() : is(storage::parameter);
            default: return;
        }
    }
};

}  // namespace detail

/// Gives the leaves of @p p and all values in @p needed their arrays.
///
/// Afterwards: every required store has an array of its own; every needed value has a home; a value
/// whose home lasts one step is read in its own loop only.
constexpr buffer_assignment assign_buffers(program const& p, staging const& s, stage_order const& order,
                                           node_map<bool> const& needed)
{
    node_map<detail::readers> const readers = detail::find_readers(p, s, order);
    detail::buffer_builder build{.p = p};
    build.out.of = node_map<array_id>(no_array);
    for (required_store const& store : order.stores) {
        build.require(store);
    }
    bool const carries_states = !p.states.empty() && p.nodes[p.states[0].from].opcode == op::state;
    std::int16_t temporaries = 0;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (is_leaf(p.nodes[i].opcode)) {
            build.find_leaf(i, carries_states);
        } else if (order.of(i) != no_stage && needed[i] && build.home(i) == no_array) {
            section const where = s.key[i].where;
            bool const stays = where.is_loop && readers[i].all_in(where);
            build.home(i) = build.new_array(
                {stays ? storage::step : storage::span, temporaries++, p.nodes[i].shape.rows});
        }
    }
    return build.out;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
