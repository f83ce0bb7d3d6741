#pragma once
/// @file
/// Runs a schedule over a sequence, section by section and in double: the meaning of a schedule.
///
/// It is strict where kernels would silently read garbage: reading an array before it is written, writing
/// an entry twice, evaluating a node whose operands the stage does not have, or work in another
/// dimension than the stage's throws std::logic_error. Stages of a time-parallel phase and reductions visit
/// the steps against the direction of time, so that a value that waits for time comes out wrong. The stages
/// of a blocked group alternate at every step.

#include "interpreter.hpp"

#include <rondo/pass/schedule.hpp>

#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// The direction of time: the order in which loops visit the steps.
enum class direction { forward, backward };

/// A schedule with the arrays that it reads and writes.
class schedule_run {
   public:
    schedule_run(program const& p, schedule const& s, sizes const& size, std::size_t steps, direction way)
        : p_(p), s_(s), size_(size), steps_(steps), way_(way)
    {
    }

    std::vector<value> parameters{};
    std::vector<value> carried{};  ///< the states of the first step in the direction of time

    /// Sets an array of the caller or of the other schedule.
    void provide(storage kind, int index, std::vector<value> by_step)
    {
        memory_[{kind, index}] = std::move(by_step);
    }
    /// The values of an array after the run; empty if no stage wrote it.
    std::vector<value> written(storage kind, int index) const
    {
        auto const found = memory_.find({kind, index});
        return found == memory_.end() ? std::vector<value>{} : found->second;
    }
    /// The parameters' gradients, after the run.
    std::vector<value> gradients{};

    void run()
    {
        gradients.clear();
        for (value const& v : parameters) {
            gradients.emplace_back(v.size(), 0.0);
        }
        for (section const& what : s_.sections) {
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
    using array_key = std::pair<storage, int>;
    using stage_values = std::map<node_id, value>;

    [[noreturn]] static void fail(std::string const& why) { throw std::logic_error(why); }
    static std::string named(node_id i) { return "node " + std::to_string(i); }

    array const& array_of(array_id a) const
    {
        if (a < 0 || a >= s_.arrays.size()) {
            fail("an array is not in the schedule's list");
        }
        return s_.arrays[a];
    }

    array_id buffer_of(node_id i) const { return s_.buffer[i]; }

    value const& read(array_id id, std::size_t t) const
    {
        array const& a = array_of(id);
        storage kind = a.kind;
        if (kind == storage::parameter) {
            return parameters.at(static_cast<std::size_t>(a.index));
        }
        if (kind == storage::carried_in) {
            bool const start = t == (way_ == direction::forward ? 0 : steps_ - 1);
            if (start) {
                return carried.at(static_cast<std::size_t>(a.index));
            }
            kind = storage::carried_out;
            t = way_ == direction::forward ? t - 1 : t + 1;
        }
        auto const found = memory_.find({kind, a.index});
        if (found == memory_.end() || found->second.at(t).empty()) {
            fail("array " + std::to_string(id) + " is read before it is written");
        }
        if (found->second[t].size() != size_[a.dim]) {
            fail("array " + std::to_string(id) + " has another dimension than its values");
        }
        return found->second[t];
    }

    void write(array_id id, stage_id stage, std::size_t t, value v)
    {
        array const& a = array_of(id);
        bool const writable = a.kind == storage::output || a.kind == storage::input_gradient ||
                              a.kind == storage::carried_out || a.kind == storage::saved ||
                              a.kind == storage::span || a.kind == storage::step;
        if (!writable || v.size() != size_[a.dim]) {
            fail("array " + std::to_string(id) + " cannot take this value");
        }
        auto const writer = writer_.try_emplace(id, stage).first;
        std::vector<value>& to = memory_[{a.kind, a.index}];
        to.resize(steps_);
        if (writer->second != stage || !to[t].empty()) {
            fail("array " + std::to_string(id) + " is written twice");
        }
        to[t] = std::move(v);
    }

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

    void forget_step_arrays()
    {
        for (auto& [where, by_step] : memory_) {
            if (where.first == storage::step) {
                by_step.assign(steps_, {});
            }
        }
    }

    value evaluated(node_id i, stage_values const& have) const
    {
        node const& n = p_.nodes[i];
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
        if (!is_elementwise(n.opcode)) {
            fail(named(i) + " is not elementwise, and neither loaded nor accumulated");
        }
        value const none{};
        return evaluate(n, size_, operand(n.a), n.b == no_node ? none : operand(n.b),
                        n.c == no_node ? none : operand(n.c));
    }

    stage_values accumulate(stage const& st, std::size_t t) const
    {
        std::vector<value> sums;
        for (auto a = st.accumulators.begin; a < st.accumulators.end; ++a) {
            accumulator const& acc = s_.accumulators[a];
            require_dimension(st, acc.root);
            sums.push_back(acc.start == no_node ? value(size_[st.dim], 0.0) : read(buffer_of(acc.start), t));
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
        if (shape.rows != st.dim && !shape.is_scalar()) {
            fail(named(i) + " is in a stage of another dimension");
        }
    }

    stage_values work(stage const& st, std::size_t t) const
    {
        stage_values const roots = accumulate(st, t);
        stage_values have;
        for (auto w = st.work.begin; w < st.work.end; ++w) {
            auto const [i, from] = s_.work[w];
            require_dimension(st, i);
            switch (from) {
                case origin::memory: have[i] = read(buffer_of(i), t); break;
                case origin::products:
                    if (roots.count(i) == 0) {
                        fail(named(i) + " is in no accumulator");
                    }
                    have[i] = roots.at(i);
                    break;
                case origin::operation: have[i] = evaluated(i, have); break;
            }
        }
        for (auto const& [root, sum] : roots) {
            if (have[root].empty()) {
                fail("an accumulator is not part of the work");
            }
        }
        return have;
    }

    void run_stage(stage_id number, std::size_t t)
    {
        stage const& st = s_.stages[number];
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
            write(w.to, number, t, reduced ? evaluate(n, size_, have.at(n.a), {}) : have.at(w.value));
        }
        for (auto k = st.parts.begin; k < st.parts.end; ++k) {
            gradient_part const& g = s_.parts[k];
            if (p_.nodes[g.value].shape.rows != st.dim || have.count(g.value) == 0) {
                fail(named(g.value) + " is a gradient that its stage does not compute");
            }
            add_to(gradients.at(static_cast<std::size_t>(g.parameter)), have.at(g.value));
        }
    }

    program const& p_;
    schedule const& s_;
    sizes const& size_;
    std::size_t steps_;
    direction way_;
    std::map<array_key, std::vector<value>> memory_{};
    std::map<array_id, stage_id> writer_{};
};

}  // namespace rondo::test
