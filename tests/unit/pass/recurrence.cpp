#include "unit/sample_cells.hpp"

#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/recurrence.hpp>
#include <rondo/pass/simplify.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace recurrence_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// The values that a value leads to when time is unrolled without end: its users, and the leaf that reads it
/// as a state one step later. Found by walking the edges from every node.
class reachability {
   public:
    explicit reachability(program const& p) : p_(p)
    {
        for (node_id i = 0; i < p.nodes.size(); ++i) {
            walk_from(i);
        }
    }
    bool leads(node_id a, node_id b) const { return reached_[static_cast<std::size_t>(a)][b]; }
    bool in_cycle(node_id i) const { return leads(i, i); }
    bool same_cycle(node_id a, node_id b) const { return leads(a, b) && leads(b, a); }

   private:
    void walk_from(node_id start)
    {
        reached_.emplace_back();
        std::vector<node_id> open{start};
        while (!open.empty()) {
            node_id const at = open.back();
            open.pop_back();
            for (node_id const to : followers(at)) {
                if (!reached_.back()[to]) {
                    reached_.back()[to] = true;
                    open.push_back(to);
                }
            }
        }
    }
    std::vector<node_id> followers(node_id i) const
    {
        std::vector<node_id> out;
        for (node_id u = 0; u < p_.nodes.size(); ++u) {
            if (p_.nodes[u].a == i || p_.nodes[u].b == i || p_.nodes[u].c == i) {
                out.push_back(u);
            }
        }
        for (carry const& c : p_.states) {
            if (c.to == i) {
                out.push_back(c.from);
            }
        }
        return out;
    }

    program const& p_;
    std::vector<node_map<bool>> reached_{};
};

/// Which old states a node depends on within its step.
std::vector<bool> states_read(program const& p, node_id i)
{
    std::vector<bool> found(p.states.size(), false);
    std::vector<node_id> open{i};
    node_map<bool> seen{};
    while (!open.empty()) {
        node_id const at = open.back();
        open.pop_back();
        if (seen[at]) {
            continue;
        }
        seen[at] = true;
        for (std::size_t k = 0; k < p.states.size(); ++k) {
            found[k] = found[k] || p.states[k].from == at;
        }
        for_each_operand(p.nodes, at, [&](node_id o) { open.push_back(o); });
    }
    return found;
}

/// Every promise of the pass; empty if all hold.
std::string broken_promise(program const& p)
{
    recurrence_structure const r = recurrence(p);
    reachability const reach(p);
    auto const position_of = [&](node_id i) { return r.positions[i]; };

    for (std::size_t k = 0; k < p.states.size(); ++k) {
        node_id const from = p.states[k].from;
        if (r.loop_of[k] < 1 || r.loop_of[k] > r.loops) {
            return "state " + std::to_string(k) + " has no loop";
        }
        if (r.is_loop[k] != reach.in_cycle(from)) {
            return "state " + std::to_string(k) + " recurs or not, in contradiction to the result";
        }
        for (std::size_t j = 0; j < p.states.size(); ++j) {
            node_id const other = p.states[j].from;
            bool const component = j == k || reach.same_cycle(from, other);
            if (component != (r.loop_of[k] == r.loop_of[j])) {
                return "a loop is not a strongly connected component";
            }
            if (reach.leads(from, other) && r.loop_of[k] > r.loop_of[j]) {
                return "a state comes before one that it depends on";
            }
        }
    }
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        std::string const name = "node " + std::to_string(i);
        position const where = position_of(i);
        bool wrong_operand = false;
        for_each_operand(p.nodes, i, [&](node_id o) {
            bool const waits =
                !is_leaf(p.nodes[o].opcode);  // values that a loop carries are available step by step
            wrong_operand |= waits && position_of(o) != where && !position_of(o).before(where);
        });
        if (wrong_operand) {
            return name + " runs before its operand";
        }
        bool const leaf = is_leaf(p.nodes[i].opcode);
        if (where.is_loop != (!leaf && reach.in_cycle(i))) {
            return name + " is in a loop or not, in contradiction to the result";
        }
        std::vector<bool> const reads = states_read(p, i);
        std::int8_t last = 0;
        for (std::size_t k = 0; k < p.states.size(); ++k) {
            last = reads[k] && r.loop_of[k] > last ? r.loop_of[k] : last;
            if (where.is_loop && reads[k] && reach.same_cycle(i, p.states[k].from) &&
                r.loop_of[k] != where.loop) {
                return name + " is in the loop of another loop";
            }
        }
        if (where.loop != last) {
            return name + " waits for longer, or not as long, as its states demand";
        }
    }
    return "";
}

/// The position of a sample's output.
position output_position(sample_program const& s)
{
    return recurrence(s.step).positions[s.step.results[0].value];
}

}  // namespace

TEST_CASE("recurrence: positions are in the order of execution")
{
    position const order[] = {{0, false}, {1, true}, {1, false}, {2, true}, {2, false}};
    for (int i = 0; i < 5; ++i) {
        for (int j = 0; j < 5; ++j) {
            CHECK(order[i].before(order[j]) == (i < j));
        }
    }
}

TEST_CASE("recurrence: products with the input and the read-out leave the loop")
{
    sample_program const s = sample<attending>();
    recurrence_structure const r = recurrence(s.step);
    CHECK(r.loops == 1);
    CHECK(r.is_loop[0]);
    CHECK(output_position(s) == position{1, false});
    int outside = 0;
    int inside = 0;
    for (node_id i = 0; i < s.step.nodes.size(); ++i) {
        if (is_product(s.step.nodes[i].opcode)) {
            (r.positions[i].is_loop ? inside : outside)++;
        }
    }
    CHECK(inside == 2);   // K h, Kᵀ a
    CHECK(outside == 2);  // W x, V h
}

TEST_CASE("recurrence: layers are loops one after the other")
{
    sample_program const s = sample<stacked>();
    recurrence_structure const r = recurrence(s.step);
    CHECK(r.loops == 2);
    CHECK(r.loop_of[0] == 1);
    CHECK(r.loop_of[1] == 1);
    CHECK(r.loop_of[2] == 2);
    CHECK(r.loop_of[3] == 2);
    CHECK(output_position(s) == position{2, false});
}

TEST_CASE("recurrence: a delay line has no loop but that of the average behind it")
{
    sample_program const s = sample<delay_chain>();
    recurrence_structure const r = recurrence(s.step);
    CHECK(r.loops == 3);
    CHECK_FALSE(r.is_loop[0]);
    CHECK_FALSE(r.is_loop[1]);
    CHECK(r.is_loop[2]);
    CHECK(r.loop_of[0] < r.loop_of[1]);
    CHECK(r.loop_of[1] < r.loop_of[2]);
}

TEST_CASE("recurrence: states that are swapped recur, although nothing is computed")
{
    recurrence_structure const r = recurrence(sample<swapping>().step);
    CHECK(r.loops == 1);
    CHECK(r.is_loop[0]);
    CHECK(r.is_loop[1]);
}

TEST_CASE("recurrence: the largest number of states")
{
    program p{};
    for (int k = 0; k < static_cast<int>(max_states); ++k) {
        node_id const s = p.nodes.leaf(op::state, k, {1});
        p.states.push_back({s, s});
    }
    for (std::size_t k = 0; k < max_states; ++k) {  // a ring
        p.states[k].to = p.states[(k + 1) % max_states].from;
    }
    CHECK(broken_promise(p) == "");
    for (std::size_t k = 0; k + 1 < max_states; ++k) {  // a chain, last first
        p.states[k].to = p.states[k + 1].from;
    }
    p.states[max_states - 1].to = p.nodes.broadcast(p.nodes.constant(1), {1});
    CHECK(broken_promise(p) == "");
    CHECK(recurrence(p).loops == static_cast<int>(max_states));
}

TEST_CASE("step_by_step: one loop of everything, and nothing before it")
{
    program const p = sample<test::gru_reset_before>().step;
    recurrence_structure const r = step_by_step(p);
    CHECK(r.loops == 1);
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        CHECK(r.positions[i] == position{1, true});
    }
}

TEST_CASE("recurrence: agrees with following the edges, in any program and its gradient")
{
    for_each_program(300, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        CHECK(broken_promise(s.step) == "");
        CHECK(broken_promise(simplify(differentiate(s.step))) == "");
    });
}

}  // namespace recurrence_test
