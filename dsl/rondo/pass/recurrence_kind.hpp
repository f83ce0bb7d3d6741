#pragma once
/// @file
/// The kind of recurrence that is left inside a program's loops.
///
/// The kind decides what a loop costs. A matrix product on the way from an old state to its new one
/// makes every step wait for all features of the one before. Without a product, each entry of a state has a
/// loop of its own, which can stay in a register; if that loop is linear, it is a scan.

#include <rondo/pass/recurrence.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace rondo::inline RONDO_ISA {

/// The operations between the old value of a state and its new one, the weakest kind first.
enum class recurrence_kind : std::uint8_t {
    none,             ///< the new value does not depend on the old one, over any number of steps
    diagonal_linear,  ///< entry by entry, and affine: h' = a h + b, where a and b do not depend on states
                      ///< of the cycle
    diagonal,         ///< entry by entry
    dense,            ///< a matrix product, or a reduction over features
};

/// The name by which messages call a kind.
constexpr std::string_view name_of(recurrence_kind kind) noexcept
{
    constexpr std::string_view names[] = {"none", "diagonal_linear", "diagonal", "dense"};
    return names[static_cast<int>(kind)];
}

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::ir_internal {

/// The weakest kind of recurrence that allows node @p i at its position: none outside loops.
///
/// Structure decides, not algebra: `h * h - h * h` counts as not linear.
constexpr recurrence_kind recurrence_kind_of(program const& p, recurrence_structure const& r, node_id i)
{
    position const where = r.positions[i];
    node const& n = p.nodes[i];
    if (!where.is_loop) {
        return recurrence_kind::none;
    }
    if (!is_elementwise(n.opcode)) {
        return recurrence_kind::dense;
    }
    // Whether a node depends on a state of the cycle: it is its leaf, or a node of the same loop.
    auto const varies = [&](node_id o) {
        for (std::size_t k = 0; is_leaf(p.nodes[o].opcode) && k < p.states.size(); ++k) {
            if (p.states[k].from == o) {
                return r.loop_of[k] == where.loop;
            }
        }
        return r.positions[o] == where;
    };
    bool affine = false;
    switch (n.opcode) {
        case op::negate:
        case op::broadcast:
        case op::add:
        case op::subtract: affine = true; break;
        case op::multiply: affine = !varies(n.a) || !varies(n.b); break;
        case op::divide: affine = !varies(n.b); break;
        case op::select: affine = !varies(n.a); break;
        default: break;
    }
    return affine ? recurrence_kind::diagonal_linear : recurrence_kind::diagonal;
}

/// The kinds of a program's recurrences.
struct recurrence_kinds {
    std::array<recurrence_kind, max_states> of_state{};  ///< the kind of the cycle that a state is in
    recurrence_kind strongest = recurrence_kind::none;   ///< of all states
};

/// Classifies the recurrences of @p p, whose loops recurrence() found to be @p r.
///
/// Afterwards: the states of one loop are of one kind, which is none if they do not recur; the new
/// states of a loop that is not dense depend entry by entry on its old ones, and linearly if it is
/// diagonal_linear.
constexpr recurrence_kinds classify_recurrences(program const& p, recurrence_structure const& r)
{
    std::array<recurrence_kind, max_states + 1> of_loop{};
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (r.positions[i].is_loop) {
            recurrence_kind& kind = of_loop[static_cast<std::size_t>(r.positions[i].loop)];
            kind = std::max(kind, recurrence_kind_of(p, r, i));
        }
    }
    recurrence_kinds kinds{};
    for (std::size_t k = 0; k < p.states.size(); ++k) {
        // States that only exchange their values recur without any operation.
        recurrence_kind const least = r.is_loop[k] ? recurrence_kind::diagonal_linear : recurrence_kind::none;
        kinds.of_state[k] = std::max(least, of_loop[static_cast<std::size_t>(r.loop_of[k])]);
        kinds.strongest = std::max(kinds.strongest, kinds.of_state[k]);
    }
    return kinds;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
