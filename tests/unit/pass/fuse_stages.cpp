#include "unit/sample_cells.hpp"

#include <rondo/pass/choose_saved_values.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/fuse_stages.hpp>
#include <rondo/pass/hoist_invariant_terms.hpp>
#include <rondo/pass/move_into_loops.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace fuse_stages_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// Whether a stage is carried out before another: by place, then level, scalars first, then reductions, then
/// by dimension.
bool earlier(stage_key const& a, stage_key const& b)
{
    if (a.is_once != b.is_once) {
        return a.is_once;
    }
    if (a.where != b.where) {
        return a.where.before(b.where);
    }
    if (a.level != b.level) {
        return a.level < b.level;
    }
    if (a.shape.rank() != b.shape.rank()) {
        return a.shape.rank() < b.shape.rank();
    }
    return a.reduces != b.reduces ? a.reduces : a.shape.dims < b.shape.dims;
}

/// Every promise of the pass; empty if all hold.
class promises {
   public:
    promises(program const& p, node_list const& saved)
        : p_(p), r_(move_into_loops(p, recurrence(p))), s_(fuse_stages(p, r_, saved)), saved_(saved)
    {
    }

    std::string broken() const
    {
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            std::string wrong;
            if (op const code = p_.nodes[i].opcode; is_product(code)) {
                wrong = complete(p_.nodes[i].b, i) ? "" : "a product begins before its operand is complete";
            } else if (!is_leaf(code) && code != op::outer) {
                wrong = of_operands(i);
            }
            if (wrong.empty() && key(i).level >= 0 && key(i).where != position_of(i) && !kept(i)) {
                wrong = "a stage stands in another place than its nodes";
            }
            if (wrong.empty() && is_multiplied(p_.nodes, i) && key(i).reduces) {
                wrong = "a stage has products and reductions";
            }
            if (wrong.empty() && !leaf(i) && key(i).shape.is_matrix() && !inlined(i)) {
                wrong = of_matrix(i);
            }
            if (wrong.empty() && is_row_operation(p_.nodes[i].opcode) && !key(i).reduces) {
                wrong = "a reduction stands with products";
            }
            if (!wrong.empty()) {
                return wrong + ": node " + std::to_string(i);
            }
        }
        return of_storage();
    }
    std::vector<stage_key> stages() const
    {
        std::vector<stage_key> keys;
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (anchored(i) && std::find(keys.begin(), keys.end(), key(i)) == keys.end()) {
                keys.push_back(key(i));
            }
        }
        return keys;
    }

   private:
    stage_key const& key(node_id i) const { return s_.key[i]; }
    position position_of(node_id i) const { return r_.positions[i]; }
    bool leaf(node_id i) const { return is_leaf(p_.nodes[i].opcode); }
    bool inlined(node_id i) const { return s_.is_inlined[i]; }
    bool stored(node_id i) const { return s_.is_stored[i]; }
    bool kept(node_id i) const { return s_.fixed.is_kept[i]; }
    bool anchored(node_id i) const { return !leaf(i) && !inlined(i) && p_.nodes[i].opcode != op::outer; }

    /// Whether all operands of @p i are in memory before the stage of @p user begins.
    bool complete(node_id i, node_id user) const
    {
        if (leaf(i) || !inlined(i)) {
            return leaf(i) || earlier(key(i), key(user));
        }
        bool all = true;
        for_each_operand(p_.nodes, i, [&](node_id o) { all = all && complete(o, user); });
        return all;
    }
    /// Whether @p i is available in the stage of @p user.
    bool at_hand(node_id i, node_id user) const
    {
        if (anchored(i)) {
            bool const ready = earlier(key(i), key(user));
            return is_row_operation(p_.nodes[i].opcode) ? ready : ready || key(i) == key(user);
        }
        bool all = true;
        for_each_operand(p_.nodes, i, [&](node_id o) { all = all && at_hand(o, user); });
        return all;
    }
    std::string of_operands(node_id i) const
    {
        std::string wrong;
        for_each_operand(p_.nodes, i, [&](node_id o) {
            if (!inlined(i) && !at_hand(o, i)) {
                wrong = is_row_operation(p_.nodes[o].opcode) ? "a reduction is used before it is complete"
                                                             : "an operand is not available";
            }
            if (inlined(i) && anchored(o) && !kept(o) && !stored(o)) {
                wrong = "an inlined value depends on one that is not stored";
            }
            if (inlined(i) && anchored(o) && !kept(o) && cost_of(p_.nodes[i].opcode) > 1) {
                wrong = "an inlined value takes more than a cheap operation on stored values";
            }
        });
        return wrong;
    }
    /// The operands of a matrix that have fewer dimensions are stored or cheap.
    std::string of_matrix(node_id i) const
    {
        std::string wrong;
        for_each_operand(p_.nodes, i, [&](node_id o) {
            bool const is_smaller = p_.nodes[o].shape != key(i).shape;
            if (is_smaller && inlined(o) && !s_.fixed.is_fixed[o] && cost_of(p_.nodes[o].opcode) > 1) {
                wrong = "a matrix is computed from an expensive value of fewer dimensions";
            }
        });
        return wrong;
    }
    /// Roots, saved values and operands of products and outer products must stand in arrays.
    std::string of_storage() const
    {
        std::string wrong;
        auto const must_be_stored = [&](node_id i, char const* why) {
            if (!leaf(i) && (!stored(i) || inlined(i))) {
                wrong = std::string(why) + " is not stored: node " + std::to_string(i);
            }
        };
        for (carry const& c : p_.states) {
            must_be_stored(c.to, "a new state");
        }
        for (program_result const& y : p_.results) {
            if (y.what != role::parameter_gradient) {
                must_be_stored(y.value, "a result");
            }
        }
        for (node_id const k : saved_) {
            must_be_stored(k, "a saved value");
        }
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (is_product(p_.nodes[i].opcode) || p_.nodes[i].opcode == op::outer) {
                must_be_stored(p_.nodes[i].b, "a factor");
            }
            if (p_.nodes[i].opcode == op::outer) {
                must_be_stored(p_.nodes[i].a, "a factor");
            }
        }
        return wrong;
    }

    program const& p_;
    recurrence_structure r_;
    staging s_;
    node_list const& saved_;
};

struct steps {
    program forward, backward;
    node_list saved;
};
steps steps_of(sample_program const& s)
{
    program const forward = hoist_invariant_terms(simplify(s.step));
    saved_values const r = choose_saved_values(forward, differentiate(forward));
    return {forward, hoist_invariant_terms(r.backward), r.saved};
}

/// How many stages the forward and the backward step of a sample have in loops and outside.
struct count {
    int loops = 0;
    int phases = 0;
    friend bool operator==(count, count) = default;
};
count count_stages(program const& p, node_list const& saved)
{
    count c{};
    for (stage_key const& k : promises(p, saved).stages()) {
        (k.where.is_loop ? c.loops : c.phases)++;
    }
    return c;
}

}  // namespace

TEST_CASE("fuse_stages: the fewest stages that the dependences allow")
{
    steps const l = steps_of(sample<lstm<>>());
    CHECK(count_stages(l.forward, l.saved) == count{1, 1});  // W x; U h and all that follows
    CHECK(count_stages(l.backward, {}) == count{2, 1});      // Uᵀ d needs all of d; Wᵀ d for x

    steps const after = steps_of(sample<gru>());
    CHECK(count_stages(after.forward, after.saved) == count{1, 1});
    steps const before = steps_of(sample<test::gru_reset_before>());
    CHECK(count_stages(before.forward, before.saved) == count{2, 1});  // U_n waits for r h

    steps const still = steps_of(sample<swapping>());
    CHECK(count_stages(still.forward, still.saved) == count{0, 0});
}

TEST_CASE("fuse_stages: a reduction has a stage apart from the products before it, and beside it")
{
    // W x and U h with h's sum of squares beside them; what the mean of the products needs; the mean; the
    // rest.
    steps const m = steps_of(sample<measuring>());
    promises const stages(m.forward, m.saved);
    std::vector<bool> reduces;
    for (stage_key const& k : stages.stages()) {
        if (k.where.is_loop) {
            reduces.push_back(k.reduces);
        }
    }
    CHECK(std::count(reduces.begin(), reduces.end(), true) == 2);
}

TEST_CASE("fuse_stages: what is joined or taken apart is stored, and functions of it are computed once")
{
    program p{};
    node_id const x = p.nodes.leaf(op::input, 0, {1});
    node_id const w = p.nodes.leaf(op::parameter, 0, {3, 1});
    node_id const product = p.nodes.product(w, x);
    node_id const part = p.nodes.first_piece(product, 1, 2);
    node_id const gate = p.nodes.unary(op::tanh, part);
    node_id const cheap = p.nodes.unary(op::negate, part);
    node_id const of_leaf =
        p.nodes.unary(op::tanh, p.nodes.last_piece(p.nodes.leaf(op::input, 1, {4}), 1, 2));
    node_id const all = p.nodes.binary(op::add, p.nodes.binary(op::multiply, gate, cheap), of_leaf);
    p.results.push_back({role::output, 0, all});
    p.results.push_back({role::output, 1, p.nodes.product(w, p.nodes.binary(op::add, all, gate))});
    staging const s = fuse_stages(p, recurrence(p), {});
    CHECK((s.is_stored[product] && s.is_readable[product] && !s.is_inlined[product]));
    CHECK((s.is_inlined[part] && s.is_inlined[cheap] && s.is_inlined[of_leaf]));
    CHECK_FALSE(s.is_inlined[gate]);
    CHECK(s.key[gate].level > s.key[product].level);
}

TEST_CASE("fuse_stages: the update of a matrix and what is read from it are one stage, after its vectors")
{
    program p{};  // C' = f C + (v - b) kᵀ, y = C' q
    graph& g = p.nodes;
    extents const shape{1, 2};
    node_id const x = g.leaf(op::input, 0, {3});
    node_id const c = g.leaf(op::state, 0, shape);
    node_id const f = g.unary(op::sigmoid, g.product(g.leaf(op::parameter, 0, {1, 3}), x));
    node_id const b = g.leaf(op::parameter, 3, {1});
    node_id const v = g.binary(op::subtract, g.product(g.leaf(op::parameter, 1, {1, 3}), x), b);
    node_id const q = g.product(g.leaf(op::parameter, 2, {2, 3}), x);
    node_id const minus_b = g.unary(op::negate, b);
    node_id const outer = g.binary(op::multiply, g.broadcast(v, shape), q);
    node_id const old = g.binary(op::add, g.binary(op::multiply, f, c), minus_b);
    node_id const next = g.binary(op::add, old, outer);
    node_id const read = g.sum(g.binary(op::multiply, next, q), {1});
    p.states.push_back({c, next});
    p.results.push_back({role::output, 0, read});
    staging const s = fuse_stages(p, move_into_loops(p, recurrence(p)), {});
    CHECK(s.key[next] == s.key[read]);
    CHECK(s.key[next].shape == shape);
    CHECK((s.is_inlined[outer] && s.is_inlined[minus_b]));  // little work, at every entry
    CHECK((s.is_stored[v] && s.is_stored[f] && s.is_readable[f] && s.is_readable[v]));
    CHECK_FALSE((s.is_inlined[v] || s.is_inlined[f]));
    CHECK(s.key[v].shape == extents{1});

    // A matrix that takes much work is computed once.
    node_id const costly = g.unary(op::softplus, outer);
    p.results.push_back({role::output, 1, g.sum(costly, {1})});
    p.results.push_back({role::output, 2, g.sum(g.binary(op::multiply, costly, c), {2})});
    CHECK_FALSE(fuse_stages(p, recurrence(p), {}).is_inlined[costly]);
}

TEST_CASE("fuse_stages: operands are complete before they are used, in any program and its gradient")
{
    for_each_program(5000, [&](sample_program const& s, std::string const& label) {
        INFO(label);
        steps const all = steps_of(s);
        CHECK(promises(all.forward, all.saved).broken() == "");
        CHECK(promises(all.backward, {}).broken() == "");
    });
}

}  // namespace fuse_stages_test
