#pragma once
/// @file
/// Finds what must run step by step, and frees everything else from time.
///
/// A value has to wait for the previous step only if it depends on the old value of some state and
/// the new value of that same state, or of one in a cycle with it, depends on it. All else is
/// time-parallel: the products with the inputs, the layers of a stack below and above, the
/// read-out, the gradients of the weights. Those run once over all steps, as large matrix products.

#include <rondo/graph/node_map.hpp>
#include <rondo/graph/program.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Where a node runs. A program is executed as phase 0, loop 1, phase 1, loop 2, phase 2 and so on:
/// a loop runs step by step, the phase after it over all steps at once.
struct position {
    std::int8_t loop = 0;  ///< which loop, or after which loop
    bool is_loop = false;  ///< step by step, not over all steps at once

    friend constexpr bool operator==(position, position) = default;
    /// Whether everything at this position is complete before @p other begins.
    [[nodiscard]] constexpr bool before(position other) const noexcept
    {
        return loop != other.loop ? loop < other.loop : is_loop && !other.is_loop;
    }
};

/// The loops and phases of a program.
struct recurrence_structure {
    node_map<position> positions{};                 ///< of every node
    std::int8_t loops = 0;                          ///< the number of loops; each has a phase after it
    std::array<std::int8_t, max_states> loop_of{};  ///< the loop of every state
    std::array<bool, max_states> is_loop{};         ///< whether the state's loop must run step by step
};

namespace detail {

using state_set = std::uint64_t;
static_assert(max_states == 64);

constexpr state_set only(std::size_t k) { return state_set{1} << k; }

/// The old states that each node depends on.
constexpr node_map<state_set> states_behind(program const& p)
{
    node_map<state_set> behind{};
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        behind[p.states[k].from] |= only(k);
    }
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        for_each_operand(p.nodes, i, [&](node_id o) { behind[i] |= behind[o]; });
    }
    return behind;
}

/// The new states that depend on each node.
constexpr node_map<state_set> states_ahead(program const& p)
{
    node_map<state_set> ahead{};
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        ahead[p.states[k].to] |= only(k);
    }
    for (node_id i = p.nodes.size(); i-- > 0;) {
        for_each_operand(p.nodes, i, [&](node_id o) { ahead[o] |= ahead[i]; });
    }
    return ahead;
}

/// For every state, the states that its new value depends on over any number of steps.
constexpr std::array<state_set, max_states> ancestors(program const& p, node_map<state_set> const& behind)
{
    std::array<state_set, max_states> from{};
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        from[k] = behind[p.states[k].to];
    }
    for (std::size_t via = 0; via < p.states.size(); ++via) {
        for (std::size_t k = 0; k < p.states.size(); ++k) {
            if ((from[k] & only(via)) != 0) {
                from[k] |= from[via];
            }
        }
    }
    return from;
}

/// The strongly connected components of the states: one loop each.
struct state_components {
    std::array<state_set, max_states> from{};         // ancestors()
    std::size_t count = 0;                            // of states
    std::array<state_set, max_states + 1> members{};  // of every loop, counted from one
    state_set placed = 0;                             // states that have their loop

    /// The states that are in a cycle with state @p k, and @p k.
    constexpr state_set component_of(std::size_t k) const
    {
        state_set component = only(k);
        for (std::size_t j = 0; j < count; ++j) {
            if ((from[k] & only(j)) != 0 && (from[j] & only(k)) != 0) {
                component |= only(j);
            }
        }
        return component;
    }
    /// Numbers one more loop, of the states @p component.
    constexpr void add_loop(state_set component, recurrence_structure& r)
    {
        ++r.loops;
        placed |= component;
        for (std::size_t j = 0; j < count; ++j) {
            if ((component & only(j)) != 0) {
                r.loop_of[j] = r.loops;
                r.is_loop[j] = (from[j] & only(j)) != 0;
                members[static_cast<std::size_t>(r.loops)] |= only(j);
            }
        }
    }
    /// Numbers the loops so that each comes after those it depends on.
    constexpr void add_loops(recurrence_structure& r)
    {
        std::array<state_set, max_states> component{};
        for (std::size_t k = 0; k < count; ++k) {
            component[k] = component_of(k);
        }
        while (placed != (count == max_states ? ~state_set{0} : only(count) - 1)) {
            for (std::size_t k = 0; k < count; ++k) {
                if ((placed & only(k)) != 0) {
                    continue;
                }
                if ((from[k] & ~component[k] & ~placed) == 0) {
                    add_loop(component[k], r);
                }
            }
        }
    }
};

}  // namespace detail

/// Splits the nodes of @p p into loops and time-parallel phases.
///
/// Afterwards: the position of an operand that is no leaf is its user's or before it; nodes in loop t
/// depend on an old state of loop t and lead to a new one; the states of one loop are a strongly
/// connected component, and a loop whose states do not recur has no node in it.
constexpr recurrence_structure recurrence(program const& p)
{
    node_map<detail::state_set> const behind = detail::states_behind(p);
    node_map<detail::state_set> const ahead = detail::states_ahead(p);
    detail::state_components components{.from = detail::ancestors(p, behind), .count = p.states.size()};
    recurrence_structure r{};
    components.add_loops(r);

    for (node_id i = 0; i < p.nodes.size(); ++i) {
        // Only the last loop whose states a node depends on can contain it, because nothing that leads to
        // a new state of an earlier loop depends on a later one.
        for (std::int8_t loop = r.loops; loop > 0; --loop) {
            detail::state_set const own = components.members[static_cast<std::size_t>(loop)];
            if ((behind[i] & own) != 0) {
                r.positions[i] = {loop, (ahead[i] & own) != 0 && !is_leaf(p.nodes[i].opcode)};
                break;
            }
        }
    }
    return r;
}

/// Puts all of @p p into one loop, for steps that are taken alone or whose values nobody needs later:
/// products with the input and with the state share stages, and values that stages exchange last no longer
/// than a step.
constexpr recurrence_structure step_by_step(program const& p)
{
    recurrence_structure r{.loops = 1};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        r.positions[i] = {1, true};
    }
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        r.loop_of[k] = 1;
    }
    return r;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
