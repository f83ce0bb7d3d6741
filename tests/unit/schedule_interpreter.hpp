#pragma once
/// @file
/// Runs a schedule over a sequence, section by section and in double: the meaning of a schedule.
///
/// It is strict where kernels would silently read garbage: evaluating a node whose operands the stage does
/// not have, or work in another dimension than the stage's throws std::logic_error. Stages of a time-parallel
/// phase and reductions visit the steps against the direction of time, so that a value that waits for time
/// comes out wrong. The stages of a blocked group alternate at every step.

#include "schedule_memory.hpp"

#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// A schedule with the arrays that it reads and writes.
class schedule_run : public schedule_memory {
   public:
    schedule_run(program const& p, schedule const& s, sizes const& size, std::size_t steps, direction way)
        : schedule_memory(s, size, steps, way), p_(p)
    {
        for (carry const& c : p.states) {
            delays.push_back(static_cast<std::size_t>(c.delay));
        }
    }

    /// The parameters' gradients, after the run.
    std::vector<value> gradients{};
    /// The gradients of per-sequence values, zeros before the run.
    std::vector<value> per_sequence_gradients{};

    void run()
    {
        gradients.clear();
        for (value const& v : parameters) {
            gradients.emplace_back(v.size(), 0.0);
        }
        for (section const& what : s_.sections) {
            if (what.kind == section_kind::once) {
                for (stage_id k = what.stages.begin; k < what.stages.end; ++k) {
                    run_stage(k, 0);
                }
                continue;
            }
            bool const is_loop = what.kind == section_kind::loop || what.kind == section_kind::scan;
            for (auto g = what.groups.begin; g < what.groups.end; ++g) {
                stage_group const& group = s_.groups[g];
                if (is_loop || group.is_blocked) {
                    run_together(group.stages, is_loop);
                } else {
                    for (stage_id k = group.stages.begin; k < group.stages.end; ++k) {
                        run_together({k, static_cast<stage_id>(k + 1)}, false);
                    }
                }
            }
        }
    }

   private:
    using stage_values = std::map<node_id, value>;

    /// Runs @p stages at one step after the other: in the direction of time in a loop, else against it.
    void run_together(stage_range stages, bool is_loop)
    {
        for (std::size_t i = 0; i < steps_; ++i) {
            std::size_t const t = (way_ == direction::forward) == is_loop ? i : steps_ - 1 - i;
            for (stage_id k = stages.begin; k < stages.end; ++k) {
                run_stage(k, t);
            }
            forget_step_arrays();
        }
    }

    /// The row or column of a matrix that look-up @p i reads.
    value looked_up(node const& n, std::size_t t) const
    {
        node const& matrix = p_.nodes[n.a];
        value const& entries = parameters.at(static_cast<std::size_t>(matrix.index));
        std::size_t const at = symbol(buffer_of(n.b), t);
        std::size_t const columns = size_[matrix.shape.columns()];
        value v(size_.entries(n.shape));
        for (std::size_t k = 0; k < v.size(); ++k) {
            v[k] = entries.at(n.opcode == op::product ? k * columns + at : at * columns + k);
        }
        return v;
    }

    /// A joined vector, or a part of one, whose pieces the stage has from elsewhere, or computes from such.
    value moved(node_id i, stage_values const& elsewhere) const
    {
        node const& n = p_.nodes[i];
        auto const piece = [&](node_id o) {
            auto const found = elsewhere.find(o);
            if (found != elsewhere.end()) {
                return found->second;
            }
            if (is_repeated_number(p_.nodes, o)) {
                return value(size_.entries(p_.nodes[o].shape), p_.nodes[p_.nodes[o].a].value);
            }
            if (!loads_elsewhere(p_.nodes[o].opcode)) {
                fail(named(i) + " is evaluated without its piece " + std::to_string(o));
            }
            return moved(o, elsewhere);
        };
        return evaluate(p_.nodes, n, size_, piece(n.a), n.b == no_node ? value{} : piece(n.b));
    }

    value evaluated(node_id i, stage_values const& have, std::size_t t) const
    {
        node const& n = p_.nodes[i];
        if (is_look_up(p_.nodes, i)) {
            return looked_up(n, t);
        }
        if (n.opcode == op::constant || n.opcode == op::extent) {
            return evaluate_leaf(n, size_, {});
        }
        auto const operand = [&](node_id o) -> value const& {
            auto const found = have.find(o);
            if (found == have.end()) {
                fail(named(i) + " is evaluated without its operand " + std::to_string(o));
            }
            return found->second;
        };
        if (loads_elsewhere(n.opcode)) {
            return moved(i, have);
        }
        if (!is_elementwise(n.opcode)) {
            fail(named(i) + " is not elementwise, and neither loaded nor accumulated");
        }
        value const none{};
        return evaluate(p_.nodes, n, size_, operand(n.a), n.b == no_node ? none : operand(n.b),
                        n.c == no_node ? none : operand(n.c));
    }

    stage_values accumulate(stage const& st, std::size_t t) const
    {
        std::vector<value> sums;
        for (auto a = st.accumulators.begin; a < st.accumulators.end; ++a) {
            accumulator const& acc = s_.accumulators[a];
            require_dimension(st, acc.root);
            sums.emplace_back(size_.entries(st.shape), 0.0);
            if (acc.start != no_node) {
                value const start = read(buffer_of(acc.start), t);
                for_each_place(size_, st.shape, [&](place const& at) {
                    sums.back()[entry_at(size_, st.shape, at)] =
                        start.at(entry_at(size_, p_.nodes[acc.start].shape, at));
                });
            }
        }
        for (auto k = st.segments.begin; k < st.segments.end; ++k) {
            segment const& s = s_.segments[k];
            std::vector<bool> taken(sums.size(), false);
            for (auto f = s.factors.begin; f < s.factors.end; ++f) {
                factor const& m = s_.factors[f];
                auto const into = static_cast<std::size_t>(m.into);
                if (taken.at(into)) {
                    fail("a segment adds two products to one accumulator");
                }
                taken[into] = true;
                add_product(sums.at(into), parameters.at(static_cast<std::size_t>(m.parameter)),
                            read(s.operand, t), m.transposed);
            }
        }
        stage_values roots;
        for (auto a = st.accumulators.begin; a < st.accumulators.end; ++a) {
            roots[s_.accumulators[a].root] = sums[static_cast<std::size_t>(a - st.accumulators.begin)];
        }
        return roots;
    }

    void require_dimension(stage const& st, node_id i) const
    {
        extents const shape = p_.nodes[i].shape;
        if (!st.shape.contains(shape)) {
            fail(named(i) + " is in a stage of another dimension");
        }
    }

    stage_values work(stage const& st, std::size_t t) const
    {
        stage_values const roots = accumulate(st, t);
        stage_values have;
        for (auto w = st.work.begin; w < st.work.end; ++w) {
            auto const [i, from] = s_.work[w];
            if (from != origin::elsewhere) {
                require_dimension(st, i);
            }
            switch (from) {
                case origin::elsewhere:
                case origin::memory: have[i] = read(buffer_of(i), t); break;
                case origin::products:
                    if (roots.count(i) == 0) {
                        fail(named(i) + " is in no accumulator");
                    }
                    have[i] = roots.at(i);
                    break;
                case origin::operation: have[i] = evaluated(i, have, t); break;
            }
        }
        for (auto const& [root, sum] : roots) {
            if (have[root].empty()) {
                fail("an accumulator is not part of the work");
            }
        }
        return have;
    }

    /// Adds a vector to the row or column of a matrix's gradient that was looked up.
    void scatter(gradient_part const& g, std::size_t t)
    {
        value const& added = read(g.left, t);
        value& to = gradients.at(static_cast<std::size_t>(g.parameter));
        std::size_t const at = symbol(g.symbols, t);
        std::size_t const columns = g.of_row ? added.size() : to.size() / added.size();
        for (std::size_t k = 0; k < added.size(); ++k) {
            to.at(g.of_row ? at * columns + k : k * columns + at) += added[k];
        }
    }

    void run_stage(stage_id number, std::size_t t)
    {
        stage const& st = s_.stages[number];
        if (st.kind == stage_kind::symbol_gradient) {
            for (auto k = st.parts.begin; k < st.parts.end; ++k) {
                scatter(s_.parts[k], t);
            }
            return;
        }
        if (st.kind == stage_kind::weight_gradient) {
            for (auto k = st.parts.begin; k < st.parts.end; ++k) {
                gradient_part const& g = s_.parts[k];
                add_outer(gradients.at(static_cast<std::size_t>(g.parameter)), read(g.left, t),
                          read(g.right, t));
            }
            return;
        }
        stage_values const have = work(st, t);
        for (auto k = st.stores.begin; k < st.stores.end; ++k) {
            store const& w = s_.stores[k];
            node const& n = p_.nodes[w.value];
            bool const reduced = is_row_operation(n.opcode);
            if (have.count(reduced ? n.a : w.value) == 0) {
                fail(named(w.value) + " is stored but not computed");
            }
            write(w.to, number, t,
                  reduced ? evaluate(p_.nodes, n, size_, have.at(n.a), {}) : have.at(w.value));
        }
        for (auto k = st.parts.begin; k < st.parts.end; ++k) {
            gradient_part const& g = s_.parts[k];
            if (p_.nodes[g.value].shape != st.shape || have.count(g.value) == 0) {
                fail(named(g.value) + " is a gradient that its stage does not compute");
            }
            bool const of_sequence = st.kind == stage_kind::per_sequence_gradient;
            add_to(
                (of_sequence ? per_sequence_gradients : gradients).at(static_cast<std::size_t>(g.parameter)),
                have.at(g.value));
        }
    }

    program const& p_;
};

}  // namespace rondo::test
