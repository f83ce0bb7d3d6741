#include "unit/sample_cells.hpp"

#include <rondo/pass/assign_buffers.hpp>
#include <rondo/pass/choose_saved_values.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>
#include <rondo/pass/move_into_loops.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

struct buffered {
    program const& p;
    recurrence_structure r = move_into_loops(p, recurrence(p));
    staging s;
    stage_order order;
    node_map<bool> needed{};
    buffer_assignment buffers{};

    /// Buffers for all values that belong to a stage.
    buffered(program const& step, node_list const& saved)
        : p(step), s(fuse_stages(p, r, saved)), order(order_stages(p, r, s, saved))
    {
        for (node_id i = 0; i < p.nodes.size(); ++i) {
            needed[i] = order.of(i) != no_stage;
        }
        buffers = assign_buffers(p, s, order, needed);
    }

    array const* buffer(node_id i) const
    {
        array_id const h = buffers.of[i];
        return h == no_array ? nullptr : &buffers.arrays[h];
    }

    /// Whether parameter @p i is a result or has a user that is no product.
    bool is_read_by_entries(node_id i) const
    {
        for (program_result const& y : p.results) {
            if (y.value == i) {
                return true;
            }
        }
        for (carry const& c : p.states) {
            if (c.to == i) {
                return true;
            }
        }
        for (node_id u = 0; u < p.nodes.size(); ++u) {
            node const& n = p.nodes[u];
            if ((!is_product(n.opcode) && n.a == i) || n.b == i || n.c == i) {
                return true;
            }
        }
        return false;
    }

    /// Whether @p i is used outside the loop @p where, by following its users.
    bool read_outside(node_id i, position where) const
    {
        for (program_result const& y : p.results) {
            if (y.what == role::parameter_gradient && y.value == i) {
                return true;
            }
        }
        for (node_id u = static_cast<node_id>(i + 1); u < p.nodes.size(); ++u) {
            if (p.nodes[u].a != i && p.nodes[u].b != i && p.nodes[u].c != i) {
                continue;
            }
            bool const is_inlined = order.of(u) == no_stage && p.nodes[u].opcode != op::outer;
            if (is_inlined ? read_outside(u, where)
                           : p.nodes[u].opcode == op::outer || s.key[u].where != where) {
                return true;
            }
        }
        return false;
    }

    /// Every promise of the pass; empty if all hold.
    std::string broken_promise() const
    {
        for (array_id a = 0; a < buffers.arrays.size(); ++a) {
            if (buffers.arrays.find(buffers.arrays[a]) != a) {
                return "an array is listed twice";
            }
        }
        if (buffers.targets.size() != order.stores.size()) {
            return "a required store has no array";
        }
        for (std::size_t k = 0; k < order.stores.size(); ++k) {
            if (buffers.arrays[buffers.targets[k]] != order.stores[k].to) {
                return "a required store has another array";
            }
        }
        for (node_id i = 0; i < p.nodes.size(); ++i) {
            node const& n = p.nodes[i];
            bool const is_number = n.opcode == op::constant || n.opcode == op::extent;
            bool const is_weight = n.opcode == op::parameter && n.shape.is_matrix() && !is_read_by_entries(i);
            bool const in_memory = is_leaf(n.opcode) ? !is_number && !is_weight : order.of(i) != no_stage;
            std::string const name = ": node " + std::to_string(i);
            if (in_memory != (buffer(i) != nullptr)) {
                return "a value without a buffer, or a buffer without a value" + name;
            }
            if (buffer(i) != nullptr && buffer(i)->shape != n.shape) {
                return "a buffer of another dimension" + name;
            }
            if (buffer(i) != nullptr && buffer(i)->kind == storage::step && read_outside(i, s.key[i].where)) {
                return "a value is overwritten before it is read" + name;
            }
            if (buffer(i) != nullptr && buffer(i)->kind == storage::span && s.key[i].where.is_loop &&
                !read_outside(i, s.key[i].where)) {
                return "a value takes memory for all steps, and nobody reads it" + name;
            }
        }
        return "";
    }
};

}  // namespace

TEST_CASE("assign_buffers: a value that only its own loop reads lasts one step")
{
    program const p = hoist_invariant_terms(simplify(sample<gru_reset_before>().step));
    buffered const all(p, {});
    int steps = 0;
    for (array const& a : all.buffers.arrays) {
        steps += a.kind == storage::step;
    }
    CHECK(steps > 0);  // r h, between the two products
    CHECK(all.broken_promise() == "");
}

TEST_CASE("assign_buffers: every value in memory has a buffer, in any program and its gradient")
{
    for_each_program(300, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        program const forward = hoist_invariant_terms(simplify(s.step));
        saved_values const r = choose_saved_values(forward, differentiate(forward));
        CHECK(buffered(forward, r.saved).broken_promise() == "");
        program const backward = hoist_invariant_terms(r.backward);
        CHECK(buffered(backward, {}).broken_promise() == "");
    });
}
