#pragma once
/// @file
/// How much of a loss's gradient reaches each past state.
///
/// Whether a cell can learn from inputs of long ago shows in how the gradient shrinks or grows on its way
/// back (Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013). A training run does not need
/// these norms and does not compute them, so here the model runs back one step at a time.

#include <rondo/model/xtensor.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/sequence/copy_sequences.hpp>
#include <rondo/sequence/given_sequences.hpp>
#include <rondo/sequence/gradient_views.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/sequence_views.hpp>

#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Copies step @p t of all sequences, whose shapes have been checked, to arrays of one step.
template <class Sequences, class T, class Sizes>
void copy_step(sequence_views<Sequences, T> const& from, std::ptrdiff_t t, Sizes const& sizes,
               arrays_of<Sequences, T>& to)
{
    resize_sequences<Sequences, T>(to, 1, from[0].batch(), sizes);
    for (std::size_t k = 0; k < Sequences::count; ++k) {
        std::ptrdiff_t const features = features_of<Sequences>(sizes, k);
        for (std::ptrdiff_t b = 0; b < from[k].batch(); ++b) {
            from[k].copy_row(t, b, nth_array(to, k).data() + b * features, features);
        }
    }
}

/// The Euclidean norm of the entries of each sequence in the array of a state.
template <class T, class Array>
std::vector<T> state_norms(Array const& state)
{
    std::vector<T> norms(state.shape()[0]);
    std::size_t const size = state.size() / norms.size();
    for (std::size_t b = 0; b < norms.size(); ++b) {
        double sum = 0;
        for (std::size_t i = 0; i < size; ++i) {
            auto const entry = static_cast<double>(state.data()[b * size + i]);
            sum += entry * entry;
        }
        norms[b] = static_cast<T>(std::sqrt(sum));
    }
    return norms;
}

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The Euclidean norms of a loss's derivative with respect to every past state, of shape (time, batch,
/// state): entry (t, b, k) is that of state k as step t finds it in sequence b, through step t and all
/// later ones. A gradient that vanishes or explodes shows in how the norms change from the last step to the
/// first.
///
/// @p x is (time, batch, input) or several inputs by name, @p initial has (batch, dimension of the state) for
/// each state, and @p dy, (time, batch, output), is the loss's derivative with respect to the output of a run
/// over them. Every step is computed twice: this is a diagnosis, not a way to train.
/// @throws input_error if a shape is not the expected one.
template <class Cell, class T, class... Fixed, class X, class Dy>
xt::xtensor<T, 3> state_gradient_norms(model<Cell, T, Fixed...> const& m, X const& x, Dy const& dy,
                                       std::type_identity_t<states_view<Cell, T>> initial)
{
    using inputs = exec_internal::step_inputs_of<Cell>;
    using outputs = exec_internal::step_outputs_of<Cell>;
    constexpr auto arrays = exec_internal::sequence_kinds::arrays;
    auto given_x = exec_internal::views_of<inputs, T, arrays>(x);
    auto given_dy = exec_internal::gradient_views_of<outputs, T>(dy);
    exec_internal::check_sequences<inputs, T>(given_x, m.bound(), 0, 0);
    exec_internal::check_sequences<outputs, T>(given_dy, m.bound(), given_x[0].steps(), given_x[0].batch());
    inputs_of<Cell, T> step_x;
    outputs_of<Cell, T> step_dy;

    bptt step{m, {.frozen = true, .input_gradient = false}};
    auto const batch = static_cast<std::size_t>(given_x[0].batch());
    exec_internal::copy_per_sequence<inputs, T>(x, m.bound(), given_x[0].batch(), step_x);
    bool const has_initial = initial.get() != nullptr;
    std::vector<states_of<Cell, T>> found{has_initial ? *initial.get()
                                                      : m.zero_states(batch)};  // by each step
    // The first step finds the caller's states, or those of start(), or zeros.
    auto const states_at = [&](std::size_t t) {
        return t > 0 || has_initial ? states_view<Cell, T>(found[t]) : states_view<Cell, T>();
    };
    for (std::ptrdiff_t t = 0; t + 1 < given_x[0].steps(); ++t) {
        exec_internal::copy_step<inputs, T>(given_x, t, m.bound(), step_x);
        step.infer(step_x, {.initial = states_at(found.size() - 1), .outputs = output_steps::none});
        found.push_back(step.final_states());
    }
    xt::xtensor<T, 3> norms = xt::zeros<T>({found.size(), batch, found[0].size()});
    states_of<Cell, T> reached = m.zero_states(batch);
    for (std::size_t t = found.size(); t-- > 0;) {
        auto const at = static_cast<std::ptrdiff_t>(t);
        exec_internal::copy_step<inputs, T>(given_x, at, m.bound(), step_x);
        exec_internal::copy_step<outputs, T>(given_dy, at, m.bound(), step_dy);
        step.forward(step_x, {.initial = states_at(t)});
        reached = step.backward(step_dy, {.final = reached}).initial;
        for (std::size_t k = 0; k < reached.size(); ++k) {
            std::vector<T> const of_rows = exec_internal::state_norms<T>(reached[k]);
            for (std::size_t b = 0; b < batch; ++b) {
                norms(t, b, k) = of_rows[b];
            }
        }
    }
    return norms;
}
/// state_gradient_norms() of a run from the states of start(), or from zeros.
template <class Cell, class T, class... Fixed, class X, class Dy>
xt::xtensor<T, 3> state_gradient_norms(model<Cell, T, Fixed...> const& m, X const& x, Dy const& dy)
{
    return state_gradient_norms(m, x, dy, {});
}

}  // namespace rondo::inline RONDO_ISA
