#pragma once
/// @file
/// How much of a loss's gradient reaches each past state.
///
/// Whether a cell can learn from inputs of long ago shows in how the gradient shrinks or grows on its way
/// back (Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013). A training run does not need
/// these norms and does not compute them, so here the model runs back one step at a time.

#include <rondo/model/xtensor.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/sequence/array_rows.hpp>
#include <rondo/sequence/expected_extents.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/sequence/shaped.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A view of step @p t of a sequence.
template <class T>
auto one_step(array_rows<T> const& all, std::ptrdiff_t t)
{
    return shaped(all.data() + t * all.shape(1) * all.shape(2), 1, all.shape(1), all.shape(2));
}

/// The Euclidean norm of each row.
template <class T>
std::vector<T> row_norms(xt::xtensor<T, 2> const& rows)
{
    std::vector<T> norms(rows.shape()[0]);
    for (std::size_t b = 0; b < norms.size(); ++b) {
        double sum = 0;
        for (std::size_t i = 0; i < rows.shape()[1]; ++i) {
            sum += static_cast<double>(rows(b, i)) * static_cast<double>(rows(b, i));
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
/// @p x is (time, batch, input), @p initial has (batch, dimension of the state) for each state, and @p dy,
/// (time, batch, output), is the loss's derivative with respect to the output of a run over them. Every step
/// is computed twice: this is a diagnosis, not a way to train.
/// @throws input_error if a shape is not the expected one.
template <class Cell, class T, class... Fixed, class X, class Dy>
xt::xtensor<T, 3> state_gradient_norms(model<Cell, T, Fixed...> const& m, X const& x, Dy const& dy,
                                       states_of<Cell, T> const& initial)
{
    auto const& shapes = ir_internal::compiled<Cell>::shapes;
    auto given_x = exec_internal::sequence_view<T>::of_array(x);
    given_x.check("the input x", exec_internal::expected_extents<Cell>(m.bound(), shapes.input, 0, 0));
    auto given_dy = exec_internal::sequence_view<T>::of_array(dy);
    given_dy.check("the output gradient dy", exec_internal::expected_extents<Cell>(
                                                 m.bound(), shapes.output, given_x.steps(), given_x.batch()));
    exec_internal::array_rows<T> inputs;
    exec_internal::array_rows<T> adjoints;
    inputs.bind(given_x, exec_internal::reading::in_place);
    adjoints.bind(given_dy, exec_internal::reading::in_place);

    bptt step{m, {.frozen = true, .input_gradient = false}};
    std::vector<states_of<Cell, T>> found{initial};  // by each step
    for (std::ptrdiff_t t = 0; t + 1 < inputs.shape(0); ++t) {
        step.infer(exec_internal::one_step(inputs, t), {.initial = found.back()});
        found.push_back(step.final_states());
    }
    auto const batch = static_cast<std::size_t>(inputs.shape(1));
    xt::xtensor<T, 3> norms = xt::zeros<T>({found.size(), batch, initial.size()});
    states_of<Cell, T> reached = m.zero_states(batch);
    for (std::size_t t = found.size(); t-- > 0;) {
        auto const at = static_cast<std::ptrdiff_t>(t);
        step.forward(exec_internal::one_step(inputs, at), {.initial = found[t]});
        reached = step.backward(exec_internal::one_step(adjoints, at), {.final = reached}).initial;
        for (std::size_t k = 0; k < reached.size(); ++k) {
            std::vector<T> const of_rows = exec_internal::row_norms(reached[k]);
            for (std::size_t b = 0; b < batch; ++b) {
                norms(t, b, k) = of_rows[b];
            }
        }
    }
    return norms;
}
/// state_gradient_norms() of a run from states of zeros.
template <class Cell, class T, class... Fixed, class X, class Dy>
xt::xtensor<T, 3> state_gradient_norms(model<Cell, T, Fixed...> const& m, X const& x, Dy const& dy)
{
    bool const has_batch = x.dimension() == 3;  // else the input will be refused
    return state_gradient_norms(m, x, dy, m.zero_states(has_batch ? x.shape()[1] : 1));
}

}  // namespace rondo::inline RONDO_ISA
