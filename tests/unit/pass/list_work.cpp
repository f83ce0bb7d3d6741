#include "unit/sample_cells.hpp"

#include <rondo/pass/choose_saved_values.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>
#include <rondo/pass/list_work.hpp>
#include <rondo/pass/move_into_loops.hpp>
#include <rondo/pass/simplify.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// A program with all passes before list_work(), and its work.
struct listed {
    program const& p;
    recurrence_structure r = move_into_loops(p, recurrence(p));
    staging s;
    stage_order order;
    accumulations sums;
    stage_work work;

    constexpr listed(program const& step, node_list const& saved)
        : p(step),
          s(fuse_stages(p, r, saved)),
          order(order_stages(p, r, s, saved)),
          sums(fuse_accumulations(p, s, order)),
          work(list_work(p, r, s, order, sums))
    {
    }

    /// A broken postcondition of one list; empty if all hold.
    std::string broken_promise(range items) const
    {
        node_map<bool> seen{};
        node_map<bool> seen_elsewhere{};
        // Whether a joined vector, or a part of one, has all of its pieces.
        auto const is_found = [&](auto const& self, node_id i) -> bool {
            bool found = true;
            for_each_operand(p.nodes, i, [&](node_id o) {
                found = found && (seen_elsewhere[o] || is_repeated_number(p.nodes, o) ||
                                  (moves_entries(p.nodes[o].opcode) && self(self, o)));
            });
            return found;
        };
        for (entry_id k = items.begin; k < items.end; ++k) {
            auto const [i, from] = work.items[k];
            if (from == origin::elsewhere) {
                if (seen_elsewhere[i] || (!is_leaf(p.nodes[i].opcode) && !work.is_needed[i])) {
                    return "a value from elsewhere is listed twice, or not needed";
                }
                seen_elsewhere[i] = true;
                continue;
            }
            if (seen[i]) {
                return "a value is listed twice";
            }
            seen[i] = true;
            bool const is_computed = !is_leaf(p.nodes[i].opcode);
            if (from == origin::memory && is_computed && !work.is_needed[i]) {
                return "a loaded value is not needed";
            }
            if (from == origin::products && !sums.is_root(i)) {
                return "an accumulated value has no accumulator";
            }
            bool has_operands = true;
            for_each_operand(p.nodes, i, [&](node_id o) { has_operands = has_operands && seen[o]; });
            if (from == origin::operation && loads_elsewhere(p.nodes[i].opcode)) {
                has_operands = is_found(is_found, i);
            }
            if (from == origin::operation && !has_operands && !is_look_up(p.nodes, i)) {
                return "a value comes before its operands";
            }
            if (!work.is_used[i]) {
                return "a listed value is not used";
            }
        }
        return "";
    }
    /// A broken postcondition; empty if all hold.
    std::string broken_promise() const
    {
        if (work.of.size() != order.keys.size()) {
            return "a stage has no list";
        }
        for (range const items : work.of) {
            if (std::string const broken = broken_promise(items); !broken.empty()) {
                return broken;
            }
        }
        int parts = 0;
        for (stage const& g : work.gradients) {
            parts += g.parts.size();
            if (std::string const broken = broken_promise(g.work); !broken.empty()) {
                return broken;
            }
            for (entry_id k = g.parts.begin; k < g.parts.end; ++k) {
                if (p.nodes[work.parts[k].value].shape != g.shape) {
                    return "a gradient is in the stage of another dimension";
                }
            }
        }
        for (program_result const& y : p.results) {
            parts -= y.what == role::parameter_gradient && p.nodes[y.value].opcode != op::outer;
        }
        return parts == 0 ? "" : "a vector's gradient is in no stage, or in several";
    }
};

}  // namespace

TEST_CASE("list_work: an inlined value is listed in each stage that uses it")
{
    program p{};  // y = (W tanh(x + b)) (x + b)
    node_id const x = p.nodes.leaf(op::input, 0, {1});
    node_id const b = p.nodes.leaf(op::parameter, 0, {1});
    node_id const w = p.nodes.leaf(op::parameter, 1, {1, 1});
    node_id const sum = p.nodes.binary(op::add, x, b);
    node_id const product = p.nodes.product(w, p.nodes.unary(op::tanh, sum));
    p.results.push_back({role::output, 0, p.nodes.binary(op::multiply, product, sum)});
    listed const l(p, {});
    REQUIRE(l.s.is_inlined[sum]);
    int lists = 0;
    for (range const items : l.work.of) {
        for (entry_id k = items.begin; k < items.end; ++k) {
            lists += l.work.items[k].value == sum;
        }
    }
    CHECK(lists == 2);
}

TEST_CASE("list_work: a compiler lists a chain of 300 operations within its limit on depth")
{
    constexpr entry_id items = [] {
        program p{};
        node_id value = p.nodes.leaf(op::input, 0, {1});
        for (int i = 0; i < 300; ++i) {
            value = p.nodes.unary(op::tanh, value);
        }
        p.results.push_back({role::output, 0, value});
        return listed(p, {}).work.items.size();
    }();
    static_assert(items == 301);
}

TEST_CASE("list_work: lists are orders of evaluation, in any program and its gradient")
{
    for_each_program(300, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        program const forward = hoist_invariant_terms(simplify(s.step));
        saved_values const reverse = choose_saved_values(forward, differentiate(forward));
        CHECK(listed(forward, reverse.saved).broken_promise() == "");
        CHECK(listed(hoist_invariant_terms(reverse.backward), {}).broken_promise() == "");
    });
}
