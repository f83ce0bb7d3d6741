#pragma once
/// @file
/// Lists the values that each stage computes or loads.
///
/// A stage that needs a value loads it, has it in an accumulator, or computes it from other values, inlined
/// ones included. The list of one stage decides which values earlier stages must store, so the stages are
/// visited from the last to the first.

#include <rondo/pass/fuse_accumulations.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The work of all stages.
struct stage_work {
    static_vector<work_item, max_work_items, entry_id> items{};        ///< of all stages
    static_vector<range, max_stages, stage_id, too_many_stages> of{};  ///< the items of each stage
    static_vector<stage, 2 * max_stages> gradients{};  ///< gradients of vectors, one or two a shape
    static_vector<gradient_part, max_gradient_parts, entry_id> parts{};  ///< of these gradients
    node_map<bool> is_needed{};  ///< a stage loads the node: the stage that computes it must store it
    node_map<bool> is_used{};    ///< some stage has the node among its items
};

namespace detail {

/// Collects the work of stages.
class work_collector {
   public:
    constexpr work_collector(program const& p, stage_order const& order, accumulations const& sums,
                             stage_work& out)
        : p_(p), order_(order), sums_(sums), out_(out)
    {
    }

    /// Starts the list of another stage, or with no_stage of one after all others.
    constexpr void begin(stage_id stage)
    {
        stage_ = stage;
        ++list_;
        first_ = out_.items.size();
    }
    /// Appends the items that it takes to have the value of node @p i, unless they are there already.
    constexpr void add(node_id i)
    {
        if (list_of_[i] == list_) {
            return;
        }
        list_of_[i] = list_;
        out_.is_used[i] = true;
        origin const from = origin_of(i);
        if (from == origin::operation && is_look_up(p_.nodes, i)) {
            // It loads from the matrix by the symbol of the row.
        } else if (from == origin::operation && loads_elsewhere(p_.nodes[i].opcode)) {
            for_each_operand(p_.nodes, i, [&](node_id o) { add_elsewhere(o); });
        } else if (from == origin::operation) {
            // Not by for_each_operand(): its calls would count against the compiler's limit on depth, and a
            // chain of operations could only be a third as long.
            node const& n = p_.nodes[i];
            if (n.a != no_node) {
                add(n.a);
            }
            if (n.b != no_node) {
                add(n.b);
            }
            if (n.c != no_node) {
                add(n.c);
            }
        } else if (from == origin::memory) {
            out_.is_needed[i] = true;
        } else if (node_id const start = sums_.start[i]; start != no_node) {
            out_.is_needed[start] = true;
        }
        out_.items.push_back({i, from});
    }
    /// The items since begin().
    [[nodiscard]] constexpr range items() const { return {first_, out_.items.size()}; }

   private:
    /// Appends the items that it takes to have the value of node @p i at other positions.
    constexpr void add_elsewhere(node_id i)
    {
        if (elsewhere_in_[i] == list_ || is_repeated_number(p_.nodes, i)) {
            return;
        }
        elsewhere_in_[i] = list_;
        bool const is_leaf_value = is_leaf(p_.nodes[i].opcode);
        if (!is_leaf_value && order_.of(i) == no_stage) {
            for_each_operand(p_.nodes, i, [&](node_id o) { add_elsewhere(o); });
        } else {
            out_.is_needed[i] = out_.is_needed[i] || !is_leaf_value;
            out_.items.push_back({i, origin::elsewhere});
        }
    }
    constexpr origin origin_of(node_id i) const
    {
        op const code = p_.nodes[i].opcode;
        if (is_leaf(code)) {
            bool const is_number = code == op::constant || code == op::extent;
            return is_number ? origin::operation : origin::memory;
        }
        stage_id const own = order_.of(i);
        if (own != no_stage && (own != stage_ || is_row_operation(code))) {
            return origin::memory;
        }
        return sums_.is_root(i) ? origin::products : origin::operation;
    }

    program const& p_;
    stage_order const& order_;
    accumulations const& sums_;
    stage_work& out_;
    stage_id stage_ = no_stage;
    entry_id first_ = 0;
    int list_ = 0;                  // counts the lists, from one
    node_map<int> list_of_{};       // the last list that a node was added to
    node_map<int> elsewhere_in_{};  // and the last one to which it was added at other positions
};

/// Lists the work of stage @p stage: its nodes that later stages need, and its required stores.
constexpr void list_stage(program const& p, stage_order const& order, stage_id stage, work_collector& list,
                          node_map<bool> const& is_needed)
{
    auto const add = [&](node_id i) {
        node const& n = p.nodes[i];
        list.add(is_row_operation(n.opcode) ? n.a : i);
    };
    list.begin(stage);
    order.for_each_node(stage, [&](node_id i) {
        if (is_needed[i]) {
            add(i);
        }
    });
    for (required_store const& s : order.stores) {
        if (s.stage == stage) {
            add(s.value);
        }
    }
}

/// Adds a stage for the gradients of each shape: of parameters or of per-sequence values.
constexpr void list_gradients(program const& p, std::int8_t last_phase, role what, work_collector& list,
                              stage_work& out)
{
    bool const of_parameters = what == role::parameter_gradient;
    auto const fits = [&](program_result const& y) {
        return y.what == what && p.nodes[y.value].opcode != op::outer;
    };
    static_vector<extents, max_gradient_parts> shapes{};
    for (program_result const& y : p.results) {
        if (fits(y)) {
            shapes.push_back_once(p.nodes[y.value].shape);
        }
    }
    std::sort(shapes.begin(), shapes.end(), [](extents a, extents b) { return a.dims < b.dims; });
    for (extents const shape : shapes) {
        entry_id const first = out.parts.size();
        list.begin(no_stage);
        for (program_result const& y : p.results) {
            if (fits(y) && p.nodes[y.value].shape == shape) {
                list.add(y.value);
                out.parts.push_back({.parameter = y.index, .value = y.value});
            }
        }
        out.gradients.push_back(
            {.kind = of_parameters ? stage_kind::bias_gradient : stage_kind::per_sequence_gradient,
             .where = {last_phase, false},
             .shape = shape,
             .work = list.items(),
             .parts = {first, out.parts.size()}});
    }
}

}  // namespace detail

/// Lists the work of the stages of @p p.
///
/// Afterwards: the items of a stage are in an order of evaluation, each once; their operands are items of
/// the stage too, unless they are loaded or accumulated; every loaded node that is no leaf is needed.
constexpr stage_work list_work(program const& p, recurrence_structure const& r, staging const& s,
                               stage_order const& order, accumulations const& sums)
{
    stage_work out{.is_needed = s.is_readable};
    detail::work_collector list(p, order, sums, out);
    detail::list_gradients(p, r.loops, role::per_sequence_gradient, list, out);
    detail::list_gradients(p, r.loops, role::parameter_gradient, list, out);
    for (stage_id k = 0; k < order.keys.size(); ++k) {
        out.of.push_back({});
    }
    for (stage_id k = order.keys.size(); k-- > 0;) {
        detail::list_stage(p, order, k, list, out.is_needed);
        out.of[k] = list.items();
    }
    return out;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
