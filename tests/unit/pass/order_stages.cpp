#include "unit/sample_cells.hpp"

#include <rondo/pass/choose_saved_values.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>
#include <rondo/pass/move_into_loops.hpp>
#include <rondo/pass/order_stages.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <tuple>

namespace order_stages_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// Every promise of the pass; empty if all hold.
std::string broken_promise(program const& p, node_list const& saved)
{
    recurrence_structure const r = move_into_loops(p, recurrence(p));
    staging const s = fuse_stages(p, r, saved);
    stage_order const order = order_stages(p, r, s, saved);

    for (stage_id k = 1; k < order.keys.size(); ++k) {
        stage_key const& a = order.keys[k - 1];
        stage_key const& b = order.keys[k];
        auto const rank = [](stage_key const& key) {
            return std::tuple{key.level, key.shape.rank(), !key.reduces, key.shape.dims};
        };
        bool const in_order = (a.is_once && !b.is_once) ||
                              (a.is_once == b.is_once &&
                               (a.where.before(b.where) || (a.where == b.where && rank(a) < rank(b))));
        if (!in_order) {
            return "stages are out of order, or one is listed twice";
        }
    }
    std::size_t listed = 0;
    for (stage_id k = 0; k < order.keys.size(); ++k) {
        node_id last = no_node;
        std::string wrong;
        order.for_each_node(k, [&](node_id i) {
            ++listed;
            if (i <= last || order.of(i) != k || s.key[i] != order.keys[k]) {
                wrong = "a node is listed with another stage, or out of order";
            }
            last = i;
        });
        if (!wrong.empty()) {
            return wrong;
        }
    }
    std::size_t belonging = 0;
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        op const code = p.nodes[i].opcode;
        bool const belongs = !is_leaf(code) && code != op::outer && !s.is_inlined[i];
        if (belongs != (order.of(i) != no_stage)) {
            return "a node without a stage, or one too many: " + std::to_string(i);
        }
        belonging += belongs;
    }
    if (listed != belonging) {
        return "a node is listed twice or not at all";
    }

    std::size_t results = 0;
    for (program_result const& y : p.results) {
        results += y.what != role::parameter_gradient;
    }
    if (order.stores.size() != p.states.size() + static_cast<std::size_t>(saved.size()) + results) {
        return "not every result of the program is stored";
    }
    for (required_store const& w : order.stores) {
        if (w.stage < 0 || w.stage >= order.keys.size() ||
            (order.of(w.value) != no_stage && w.stage != order.of(w.value))) {
            return "a value is stored by another stage than its own";
        }
        position const where = order.keys[w.stage].where;
        auto const state = static_cast<std::size_t>(w.to.index);
        if (w.to.kind == storage::carried_out && r.is_loop[state] &&
            where != position{r.loop_of[state], true}) {
            return "a state that recurs is stored outside its loop";
        }
    }
    return "";
}

}  // namespace

TEST_CASE("order_stages: every node in one stage, all results stored, in any program")
{
    for_each_program(300, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        program const forward = hoist_invariant_terms(simplify(s.step));
        saved_values const r = choose_saved_values(forward, differentiate(forward));
        CHECK(broken_promise(forward, r.saved) == "");
        CHECK(broken_promise(hoist_invariant_terms(r.backward), {}) == "");
    });
}

}  // namespace order_stages_test
