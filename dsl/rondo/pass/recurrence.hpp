#pragma once
/// @file
/// Finds what must run step by step, and frees everything else from time.
///
/// A value has to wait for the previous step only if it depends on the old value of some state and
/// the new value of that same state, or of one in a cycle with it, depends on it. All else is
/// time-parallel: the products with the inputs, the layers of a stack below and above, the
/// read-out, the gradients of the weights. Those run once over all steps, as large matrix products.

#include <rondo/graph/program.hpp>

#include <cstdint>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Where a node runs. A program is executed as phase 0, loop 1, phase 1, loop 2, phase 2 and so on:
/// a loop runs step by step, the phase after it over all steps at once.
struct section {
    std::int8_t loop = 0;  ///< which loop, or after which loop
    bool is_loop = false;  ///< step by step, not over all steps at once

    friend constexpr bool operator==(section, section) = default;
    /// Whether what stands here is complete before @p other begins.
    [[nodiscard]] constexpr bool before(section other) const noexcept
    {
        return loop != other.loop ? loop < other.loop : is_loop && !other.is_loop;
    }
};

/// What the recurrence of a program is made of.
struct recurrence_structure {
    node_map<section> sections{};                   ///< of every node
    std::int8_t loops = 0;                          ///< number of turns; the last phase is the last turn's
    std::array<std::int8_t, max_states> loop_of{};  ///< of every state
    std::array<bool, max_states> is_loop{};         ///< whether the state's turn must run step by step
};

namespace detail {

using state_set = std::uint32_t;
static_assert(max_states <= 32);

constexpr state_set only(std::size_t k) { return state_set{1} << k; }

/// Which old states each node depends on.
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

/// Which new states depend on each node.
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

}  // namespace detail

/// Splits the nodes of @p p into loops and time-parallel phases.
///
/// Afterwards: the place of an operand that is no leaf is its user's or before it; nodes in the loop
/// of turn t depend on an old state of turn t and lead to a new one; states of one turn are a
/// strongly connected component, and a turn whose states do not recur has no node in its loop.
constexpr recurrence_structure recurrence(program const& p)
{
    using namespace detail;
    node_map<state_set> const behind = states_behind(p);
    node_map<state_set> const ahead = states_ahead(p);
    auto const from = ancestors(p, behind);
    std::size_t const count = p.states.size();

    recurrence_structure r{};
    // Components in an order in which each comes after those it depends on.
    std::array<state_set, max_states + 1> members{};  // of every turn, counted from one
    state_set placed = 0;
    while (placed != (count == 32 ? ~state_set{0} : only(count) - 1)) {
        for (std::size_t k = 0; k < count; ++k) {
            if ((placed & only(k)) != 0) {
                continue;
            }
            state_set component = only(k);
            for (std::size_t j = 0; j < count; ++j) {
                if ((from[k] & only(j)) != 0 && (from[j] & only(k)) != 0) {
                    component |= only(j);
                }
            }
            if ((from[k] & ~component & ~placed) != 0) {
                continue;
            }
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
    }

    for (node_id i = 0; i < p.nodes.size(); ++i) {
        section where{};
        // The last turn that a node depends on is the only one whose loop it can be in: what leads
        // to a new state of an earlier turn does not depend on a later one.
        for (std::int8_t turn = r.loops; turn > 0; --turn) {
            state_set const own = members[static_cast<std::size_t>(turn)];
            if ((behind[i] & own) != 0) {
                where = {turn, (ahead[i] & own) != 0 && !is_leaf(p.nodes[i].opcode)};
                break;
            }
        }
        r.sections[i] = where;
    }
    return r;
}

/// Puts all of @p p into one loop, for steps that are taken alone or that leave nothing behind: products
/// with the input and with the state share stages, and what they exchange lasts no longer than a step.
constexpr recurrence_structure step_by_step(program const& p)
{
    recurrence_structure r{.loops = 1};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        r.sections[i] = {1, true};
    }
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        r.loop_of[k] = 1;
    }
    return r;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
