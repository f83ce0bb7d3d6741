#pragma once
/// @file
/// Repeats the run of one sequence step by step, up to the first value that is not finite.

#include <rondo/locate/describe_value.hpp>
#include <rondo/locate/finished_run.hpp>
#include <rondo/locate/plain_adjoints.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The values of one state, or its adjoints, at consecutive steps.
using carried_values = std::deque<plain_value>;

/// Repeats one sequence of a finished run.
class replay {
   public:
    /// Repeats sequence @p b of @p run, which must outlive it.
    replay(finished_run const& run, std::ptrdiff_t b)
        : run_(run), b_(b), rows_(run.rows.rows_of(b)), values_(run.model)
    {
    }

    /// Goes forward, up to the first step whose output or new states are not finite. An infinity that has no
    /// effect on them, such as that of exp(a) in 1 / (1 + exp(a)), is not reported.
    /// @throws number_error naming the value of that step from which the others follow: the first, in the
    ///         order of the graph, that has an effect and is not finite although its operands are.
    void forward()
    {
        found_ = states(run_.initial);
        if (begins_with_start()) {
            evaluate(0);
            auto const& starts = run_.model.step.starts;
            if (not_finite_value const found = origin(starts, {}); found.where != no_node) {
                throw number_error(value_describer(run_.model).value(found, place(0)));
            }
            for (std::size_t k = 0; k < starts.size(); ++k) {
                std::fill(found_[k].begin(), found_[k].end(), values_[starts[k]]);
            }
        }
        for (std::size_t t = 0; t < rows_.size(); ++t) {
            evaluate(t);
            auto const& step = run_.model.step;
            if (not_finite_value const found = origin(step.outputs, step.states); found.where != no_node) {
                throw number_error(value_describer(run_.model).value(found, place(t)));
            }
            for (std::size_t k = 0; k < found_.size(); ++k) {
                found_[k].push_back(values_[run_.model.step.states[k].to]);
            }
        }
    }
    /// Goes back, after forward().
    /// @throws number_error if an adjoint is not finite, naming the first in the order of the computation.
    void backward()
    {
        plain_adjoints adjoints(run_.model, values_);
        std::vector<carried_values> gradients = states(run_.final_gradient);
        for (std::size_t t = rows_.size(); t-- > 0;) {
            evaluate(t);
            std::vector<plain_value> now;  // of the new states, then of the old ones
            for (carried_values& of_state : gradients) {
                now.push_back(std::move(of_state.back()));
                of_state.pop_back();
            }
            not_finite_value const found = adjoints.go_back(output_gradients(t), now);
            for (std::size_t k = 0; k < now.size(); ++k) {
                gradients[k].push_front(std::move(now[k]));
            }
            if (found.where != no_node) {
                throw number_error(value_describer(run_.model).adjoint(found, place(t)));
            }
        }
        if (begins_with_start()) {
            not_finite_value const found = adjoints.go_back_to_start(sums_of(gradients));
            if (found.where != no_node) {
                throw number_error(value_describer(run_.model).adjoint(found, place(0)));
            }
        }
    }

   private:
    /// Whether the states before the first step are those of start().
    [[nodiscard]] bool begins_with_start() const
    {
        auto const b = static_cast<std::size_t>(b_);
        bool const is_given = !run_.initial.empty() && (run_.starts.empty() || run_.starts[b] == 0);
        return !is_given && !run_.model.step.starts.empty();
    }
    /// The sum of the adjoints of each state at all steps.
    static std::vector<plain_value> sums_of(std::vector<carried_values> const& all)
    {
        std::vector<plain_value> sums;
        for (carried_values const& of_state : all) {
            plain_value& sum = sums.emplace_back(of_state.front().size(), 0.0);
            for (plain_value const& v : of_state) {
                std::transform(v.begin(), v.end(), sum.begin(), sum.begin(), std::plus<>());
            }
        }
        return sums;
    }
    void evaluate(std::size_t t)
    {
        std::vector<plain_value> old;
        for (carried_values const& of_state : found_) {
            old.push_back(of_state[t]);
        }
        values_.evaluate(run_.inputs, static_cast<std::size_t>(rows_[t].row), old, run_.per_sequence,
                         static_cast<std::size_t>(run_.rows.place_of(b_)));
    }
    /// The derivatives of the loss with respect to the outputs of step @p t.
    [[nodiscard]] std::vector<plain_value> output_gradients(std::size_t t) const
    {
        std::vector<plain_value> all;
        for (std::size_t o = 0; o < run_.model.step.outputs.size(); ++o) {
            plain_value& dy = all.emplace_back(values_[run_.model.step.outputs[o]].size());
            for (std::size_t k = 0; k < dy.size(); ++k) {
                dy[k] = run_.output_gradients[o][static_cast<std::size_t>(rows_[t].row) * dy.size() + k];
            }
        }
        return all;
    }
    /// The states of the sequence, taken from those of the batch, @p all.
    [[nodiscard]] std::vector<carried_values> states(state_numbers const& all) const
    {
        std::vector<carried_values> of_sequence(run_.model.step.states.size());
        for (std::size_t k = 0; k < of_sequence.size(); ++k) {
            auto const delay = static_cast<std::size_t>(run_.model.step.states[k].delay);
            for (std::size_t j = 0; j < delay; ++j) {
                plain_value v(entries_of(run_.model, run_.model.step.shapes->states[k]));
                std::size_t const first = (static_cast<std::size_t>(b_) * delay + j) * v.size();
                for (std::size_t i = 0; i < v.size() && !all.empty(); ++i) {
                    v[i] = all[k][first + i];
                }
                of_sequence[k].push_back(std::move(v));
            }
        }
        return of_sequence;
    }
    [[nodiscard]] place_in_time place(std::size_t t) const { return {rows_[t].time, b_}; }
    /// The value from which one of @p values or a new state of @p states became infinite or NaN; none if all
    /// are finite.
    [[nodiscard]] not_finite_value origin(std::span<node_id const> values,
                                          std::span<carry const> states) const
    {
        recorded_step const& step = run_.model.step;
        std::vector<char> reached(step.nodes.size());
        auto const reach = [&](node_id i) {
            if (i != no_node && !values_.is_finite(i)) {
                reached[static_cast<std::size_t>(i)] = 1;
            }
        };
        // An infinite constant, such as a masked softmax has, is the origin where nothing else is.
        auto const reach_operands = [&](node const& n) {
            bool has_other = false;
            for (bool const constants : {false, true}) {
                for (node_id const o : {n.a, controls_gradient(n.opcode) ? no_node : n.b, n.c}) {
                    bool const is_constant =
                        o != no_node && step.nodes[static_cast<std::size_t>(o)].opcode == op::constant;
                    if (o != no_node && is_constant == constants && !(constants && has_other)) {
                        has_other = has_other || !values_.is_finite(o);
                        reach(o);
                    }
                }
            }
        };
        for (node_id const y : values) {
            reach(y);
        }
        for (carry const& c : states) {
            reach(c.to);
        }
        not_finite_value found{};
        for (std::size_t i = step.nodes.size(); i-- > 0;) {
            if (reached[i] != 0) {
                found.where = static_cast<node_id>(i);
                reach_operands(step.nodes[i]);
            }
        }
        if (found.where != no_node) {
            auto const i = static_cast<std::size_t>(found.where);
            bool const is_parameter = step.nodes[i].opcode == op::parameter;
            found.entry = values_.first_not_finite(i);
            found.value = is_parameter ? values_.parameter(step.nodes[i])[found.entry]
                                       : values_[found.where][found.entry];
        }
        return found;
    }

    finished_run const& run_;
    std::ptrdiff_t b_;
    std::vector<timed_row> rows_;
    plain_values values_;
    std::vector<carried_values> found_;  // by step: the values that it finds; then the last new values
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
