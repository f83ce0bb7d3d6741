#pragma once
/// @file
/// How much of a loss's gradient reaches each past state.
///
/// Whether a cell can learn from what happened long ago shows in how the gradient shrinks or grows on
/// its way back (Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013). A training run
/// has no use for those numbers and keeps none of them, so they are had by going back a step at a time.

#include <rondo/model/xtensor.hpp>
#include <rondo/run/bptt.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Step @p t of a sequence of the caller's, without a copy.
template <class T>
auto one_step(sequence<T> const& all, std::ptrdiff_t t)
{
    std::array<std::size_t, 3> const shape{1, static_cast<std::size_t>(all.shape(1)),
                                           static_cast<std::size_t>(all.shape(2))};
    auto const entries = static_cast<std::size_t>(all.shape(1) * all.shape(2));
    return xt::adapt(all.data() + t * all.shape(1) * all.shape(2), entries, xt::no_ownership(), shape);
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
/// later ones. A gradient that vanishes or explodes on its way back shows in how they change from the
/// last step to the first.
///
/// @p dy is the loss's derivative with respect to the outputs of a run over @p x from @p initial, as
/// bptt::backward() takes it. It computes every step twice, so it is for looking and not for
/// training.
/// @throws std::invalid_argument if a shape is not the expected one.
template <class Cell, class T, class... Fixed, class X, class Dy>
xt::xtensor<T, 3> state_gradient_norms(model<Cell, T, Fixed...> const& m, X const& x, Dy const& dy,
                                       states_of<Cell, T> const& initial)
{
    auto const& shapes = ir_internal::compiled<Cell>::shapes;
    exec_internal::sequence<T> inputs;
    exec_internal::sequence<T> adjoints;
    inputs.bind(x, "rondo: the input x", shapes.dimensions, {0, 0, shapes.input.rows}, m.bound());
    adjoints.bind(dy, "rondo: the output gradient dy", shapes.dimensions,
                  {inputs.shape(0), inputs.shape(1), shapes.output.rows}, m.bound());

    bptt step{m, {.frozen = true}};
    std::vector<states_of<Cell, T>> found{initial};  // by each step
    for (std::ptrdiff_t t = 0; t + 1 < inputs.shape(0); ++t) {
        step.infer(exec_internal::one_step(inputs, t), found.back());
        found.push_back(step.final_states());
    }
    auto const batch_size = static_cast<std::size_t>(inputs.shape(1));
    xt::xtensor<T, 3> norms = xt::zeros<T>({found.size(), batch_size, initial.size()});
    states_of<Cell, T> reached = m.zero_states(batch_size);
    for (std::size_t t = found.size(); t-- > 0;) {
        auto const at = static_cast<std::ptrdiff_t>(t);
        step.forward(exec_internal::one_step(inputs, at), found[t]);
        reached = step.backward(exec_internal::one_step(adjoints, at), reached).initial;
        for (std::size_t k = 0; k < reached.size(); ++k) {
            std::vector<T> const of_rows = exec_internal::row_norms(reached[k]);
            for (std::size_t b = 0; b < batch_size; ++b) {
                norms(t, b, k) = of_rows[b];
            }
        }
    }
    return norms;
}
/// The same, from states of zeros.
template <class Cell, class T, class... Fixed, class X, class Dy>
xt::xtensor<T, 3> state_gradient_norms(model<Cell, T, Fixed...> const& m, X const& x, Dy const& dy)
{
    bool const has_batch = x.dimension() == 3;  // else the input will be refused
    return state_gradient_norms(m, x, dy, m.zero_states(has_batch ? x.shape()[1] : 1));
}

}  // namespace rondo::inline RONDO_ISA
