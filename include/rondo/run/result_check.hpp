#pragma once
/// @file
/// Checks the results of a run over a model.

#include <rondo/locate/entry_place.hpp>
#include <rondo/locate/finished_run.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/finite_check.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Checks the outputs, final states and gradients of runs if run_options::check_finite is set; else does
/// nothing.
///
/// It copies the states that the caller passes, because they may be results that the run overwrites.
template <class Cell, class T>
class result_check {
   public:
    using inputs = step_inputs_of<Cell>;    ///< the inputs of the step
    using outputs = step_outputs_of<Cell>;  ///< the outputs of the step

    /// Checks results if @p check is true.
    explicit result_check(finite_check check) : check_(check) {}

    /// Refers to the rows of the per-sequence inputs, which must stay until the results have been checked.
    void set_per_sequence(per_sequence_pointers<inputs, T const> const& given) { per_sequence_ = given; }
    /// Begins a forward run with the states of the caller's sequences; if null, with start() or with zeros.
    /// Sequences of which @p starts is not 0 begin with start() all the same.
    void start_forward(states_of<Cell, T> const* initial, std::vector<char> starts = {})
    {
        keep(initial_, initial);
        starts_ = std::move(starts);
    }
    /// Begins a backward run with the gradients of the final states, null for zeros.
    void start_backward(states_of<Cell, T> const* dfinal) { keep(final_gradient_, dfinal); }
    /// Checks a forward run over the rows @p x of a model.
    /// @throws number_error naming the first value that is not finite.
    template <class Model>
    void check_forward(Model const& m, row_order const& rows, pointers_of<inputs, T const> const& x,
                       outputs_of<Cell, T> const& y, states_of<Cell, T> const& final) const
    {
        if (check_) {
            finished_run run = describe(m, rows, x);
            set_sequences<outputs>(run.outputs, y);
            set_states(run.final, final);
            check_(run);
        }
    }
    /// Checks a backward run, after the forward run over the rows @p x and from the gradient @p dy of
    /// the output.
    /// @throws number_error naming the first derivative that is not finite.
    template <class Model>
    void check_backward(Model const& m, row_order const& rows, pointers_of<inputs, T const> const& x,
                        pointers_of<outputs, T const> const& dy, gradients<Cell, T> const& g) const
    {
        if (check_) {
            finished_run run = describe(m, rows, x);
            run.is_backward = true;
            set_rows(run.output_gradients, dy);
            set_states(run.final_gradient, final_gradient_, run.model, rows.batch());
            set_sequences<inputs>(run.input_gradients, g.input);
            if constexpr (inputs::per_sequence_count > 0) {
                for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
                    run.per_sequence_gradients.push_back(numbers(g.input.per_sequence(k)));
                }
            }
            set_states(run.initial_gradient, g.initial);
            for (std::size_t i = 0; i < g.parameters.count; ++i) {
                run.parameter_gradients.push_back(number_view(g.parameters.entries(i)));
            }
            check_(run);
        }
    }

   private:
    static constexpr std::size_t unknown = static_cast<std::size_t>(-1);  // rows are found by the time plan

    template <class Container>
    static number_view numbers(Container const& c)
    {
        return {c.data(), c.size()};
    }
    /// The rows of the inputs or of the output gradients.
    template <class Pointers>
    static void set_rows(sequence_numbers& to, Pointers const& first)
    {
        for (T const* const one : first) {
            to.push_back({one, unknown});
        }
    }
    /// The arrays of the outputs or of the input gradients.
    template <class Sequences>
    static void set_sequences(sequence_numbers& to, arrays_of<Sequences, T> const& all)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            to.push_back(numbers(nth_array(all, k)));
        }
    }
    /// States that keep() has copied.
    static void set_states(state_numbers& to, std::vector<T> const& copy, recorded_model const& m,
                           std::ptrdiff_t batch)
    {
        T const* first = copy.data();
        for (std::size_t k = 0; !copy.empty() && k < state_count<Cell>; ++k) {
            std::size_t const size = static_cast<std::size_t>(batch * delay_of_state<Cell>(k)) *
                                     entries_of(m, compiled<Cell>::shapes.states[k]);
            to.push_back({first, size});
            first += size;
        }
    }
    static void set_states(state_numbers& to, states_of<Cell, T> const& s)
    {
        for (auto const& state : s) {
            to.push_back(numbers(state));
        }
    }
    void keep(std::vector<T>& copy, states_of<Cell, T> const* s) const
    {
        if (check_) {
            std::size_t count = 0;
            for (std::size_t k = 0; s != nullptr && k < s->size(); ++k) {
                count += (*s)[k].size();
            }
            copy.resize(count);
            T* to = copy.data();
            for (std::size_t k = 0; s != nullptr && k < s->size(); ++k) {
                to = std::copy_n((*s)[k].data(), (*s)[k].size(), to);
            }
        }
    }
    template <class Model>
    finished_run describe(Model const& m, row_order const& rows, pointers_of<inputs, T const> const& x) const
    {
        finished_run run{};
        run.model = recorded_model_of<Cell, T>(m.bound(), m.parameters());
        run.rows = rows;
        set_rows(run.inputs, x);
        set_rows(run.per_sequence, per_sequence_);
        set_states(run.initial, initial_, run.model, rows.batch());
        run.starts = starts_;
        return run;
    }

    finite_check check_;
    per_sequence_pointers<inputs, T const> per_sequence_{};
    std::vector<T> initial_;    // one state after the other; empty for start() or zeros
    std::vector<char> starts_;  // by sequence: whether it begins with start()
    std::vector<T> final_gradient_;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
