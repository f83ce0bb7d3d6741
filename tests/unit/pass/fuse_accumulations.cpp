#include "unit/sample_cells.hpp"

#include <rondo/pass/choose_saved_values.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/fuse_accumulations.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

struct summed {
    program const& p;
    recurrence_structure r = recurrence(p);
    staging s;
    stage_order order;
    accumulations sums;

    summed(program const& step, node_list const& saved)
        : p(step),
          s(fuse_stages(p, r, saved)),
          order(order_stages(p, r, s, saved)),
          sums(fuse_accumulations(p, s, order))
    {
    }

    /// A defect of the additions between a root and its products. Nothing else may use them, and there is at
    /// most one vector to start from. Empty if there is none.
    std::string broken_sum(node_id i, node_id root) const
    {
        if (i != root && (count_uses(p)[i] != 1 || s.is_stored[i])) {
            return "a part of a sum is needed elsewhere";
        }
        if (order.of(i) != order.of(root)) {
            return "a part of a sum is of another stage";
        }
        if (sums.root[i] != root) {
            return "a part of a sum ends in another accumulator";
        }
        if (is_product(p.nodes[i].opcode)) {
            return "";
        }
        if (p.nodes[i].opcode != op::add) {
            return "an accumulator does more than add";
        }
        std::string wrong;
        for_each_operand(p.nodes, i, [&](node_id o) {
            if (o != sums.start[root]) {
                std::string const deeper = broken_sum(o, root);
                wrong = wrong.empty() ? deeper : wrong;
            }
        });
        return wrong;
    }
    std::string broken_promise() const
    {
        for (node_id i = 0; i < p.nodes.size(); ++i) {
            node_id const root = sums.root[i];
            if (is_multiplied(p.nodes, i) && root == no_node) {
                return "a product ends in no accumulator";
            }
            if (root == no_node) {
                continue;
            }
            std::string const wrong = root == i ? broken_sum(i, i) : "";
            if (!wrong.empty()) {
                return wrong + ": node " + std::to_string(i);
            }
            node_id const start = sums.start[root];
            bool const in_memory =
                start == no_node || (!p.nodes[start].shape.is_scalar() &&
                                     (is_leaf(p.nodes[start].opcode) ||
                                      (order.of(start) != no_stage && order.of(start) < order.of(root))));
            if (!in_memory) {
                return "an accumulator starts from a value that is not available";
            }
        }
        return "";
    }
};

}  // namespace

TEST_CASE("fuse_accumulations: W x + U h + b is one accumulator that starts from the hoisted part")
{
    program const p = hoist_invariant_terms(simplify(sample<lstm<>>().step));
    summed const all(p, {});
    int roots = 0;
    int started = 0;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        if (all.sums.is_root(i) && p.nodes[i].opcode == op::add) {
            ++roots;
            started += all.sums.start[i] != no_node;
        }
    }
    CHECK(roots == 8);  // b + W x for each gate, and that + U h
    CHECK(started == 8);
}

TEST_CASE("fuse_accumulations: a product that is used twice is an accumulator by itself")
{
    program p{};
    node_id const h = p.nodes.leaf(op::state, 0, {1});
    node_id const b = p.nodes.leaf(op::parameter, 1, {1});
    node_id const u = p.nodes.product(p.nodes.leaf(op::parameter, 0, {1, 1}), h);
    node_id const sum = p.nodes.binary(op::add, u, b);
    p.states.push_back({h, p.nodes.binary(op::multiply, u, sum)});
    p.results.push_back({role::output, 0, p.states[0].to});
    summed const all(p, {});
    CHECK(all.sums.root[u] == u);
    CHECK(all.sums.root[sum] == no_node);
}

TEST_CASE("fuse_accumulations: accumulators only add, in any program and its gradient")
{
    for_each_program(300, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        program const forward = hoist_invariant_terms(simplify(s.step));
        saved_values const r = choose_saved_values(forward, differentiate(forward));
        CHECK(summed(forward, r.saved).broken_promise() == "");
        program const backward = hoist_invariant_terms(r.backward);
        CHECK(summed(backward, {}).broken_promise() == "");
    });
}
