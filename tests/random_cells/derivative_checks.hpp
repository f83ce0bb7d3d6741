#pragma once
/// @file
/// Derivatives by several ways: difference quotients, reverse mode, forward mode, and second derivatives.

#include "report.hpp"
#include "sample.hpp"

#include <rondo/check/gradient_check.hpp>
#include <rondo/run/tangent_run.hpp>

#include <cmath>
#include <cstddef>
#include <iostream>

namespace rondo::random_cells {

/// Calls `f(x, y)` with the entries of all parts of two gradients that have a derivative.
template <class Cell, class A, class B, class F>
void for_each_part(A& a, B& b, F const& f)
{
    using inputs = step_inputs_of<Cell>;
    for (std::size_t i = 0; i < rondo::parameters<Cell, double>::count; ++i) {
        if (!a.parameters.info(i).is_constant) {
            f(a.parameters.entries(i), b.parameters.entries(i));
        }
    }
    for (std::size_t k = 0; k < inputs::count; ++k) {
        if (!inputs::list[k].is_symbol) {
            f(nth_array(a.input, k), nth_array(b.input, k));
        }
    }
    if constexpr (inputs::per_sequence_count > 0) {
        for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
            if (!inputs::per_sequence_list[k].is_symbol) {
                f(a.input.per_sequence(k), b.input.per_sequence(k));
            }
        }
    }
    if constexpr (!lang_internal::has_start<Cell>) {
        for (std::size_t k = 0; k < a.initial.size(); ++k) {
            f(a.initial[k], b.initial[k]);
        }
    }
}

/// An inner product, and the sum of the absolute values of its terms, which is the scale of its rounding.
struct inner_product {
    double value = 0;
    double scale = 0;

    template <class X, class Y>
    void add(X const& x, Y const& y)
    {
        auto b = y.begin();
        for (auto a = x.begin(); a != x.end(); ++a, ++b) {
            value += *a * *b;
            scale += std::fabs(*a * *b);
        }
    }
};
template <class Cell>
inner_product inner(gradients<Cell, double> const& a, gradients<Cell, double> const& b)
{
    inner_product out;
    for_each_part<Cell>(a, b, [&](auto const& x, auto const& y) { out.add(x, y); });
    return out;
}

/// A point of the space of parameters, inputs and initial states, as the arguments of a run.
template <class Cell, class Sizes>
gradients<Cell, double> random_direction(std::size_t steps, std::size_t batch, unsigned seed)
{
    auto const with = make_sample<Cell, double, Sizes>(steps, batch, seed);
    gradients<Cell, double> v{parameter_gradients<Cell, double>(with.m.bound()), with.x, {}};
    for (std::size_t i = 0; i < with.m.parameters().count; ++i) {
        auto const to = v.parameters.entries(i);
        std::copy_n(with.m.parameters().entries(i).begin(), to.size(), to.begin());
    }
    if constexpr (!lang_internal::has_start<Cell>) {
        v.initial = with.initial;
    }
    return v;
}

/// The gradient of a random loss of all outputs and final states beside difference quotients, entry by entry.
template <class Cell, class Sizes>
void check_quotients(report& to, unsigned seed)
{
    auto with = make_sample<Cell, double, Sizes>(4, 2, seed);
    gradient_report const quotients = [&] {
        if constexpr (lang_internal::has_start<Cell>) {
            return check_gradient(with.m, with.x, {});
        } else {
            return check_gradient(with.m, with.x, with.initial);
        }
    }();
    std::size_t compared = 0;
    for (tensor_report const& t : quotients.tensors) {
        bool const is_compared = t.result() != verdict::unchecked;
        compared += is_compared ? t.entries() - t.kinks : 0;
        to.require(t.differing == 0, "quotients of " + t.name);
    }
    if (quotients.unchecked() > 0) {
        to.skip("quotients of " + std::to_string(quotients.unchecked()) + " tensors", "the cell chooses");
    }
    to.require(10 * quotients.kinks() <= compared, "few entries have a kink");
    to.add_numbers(compared);
    if (!quotients.agrees() && quotients.unchecked() < quotients.tensors.size()) {
        std::cout << quotients;
    }
    std::cout << "quotients: " << compared << " entries, " << quotients.kinks() << " with a kink\n";
}

/// The output @p k of a tangent_run, or its tangent.
template <class Cell, class Y>
auto const& output_of_tangent_run(Y const& y, std::size_t k, bool is_tangent)
{
    return y.at(2 * k + (is_tangent ? 1 : 0));
}

/// Forward mode agrees with reverse mode: <w, J v> = <Jᵀ w, v>.
template <class Cell, class Sizes>
void check_tangents(report& to, sample<Cell, double>& with, unsigned seed)
{
    auto const v = random_direction<Cell, Sizes>(run_steps, run_batch, seed + 1);
    bptt reverse{with.m};
    auto const& g = [&]() -> auto const& {
        reverse.forward(with.x, start_of<Cell, double>(with.initial));
        return reverse.backward(with.dy);
    }();
    tangent_run forward{with.m};
    auto const& y = forward.infer(with.x, v, start_of<Cell, double>(with.initial));
    inner_product forwards;
    for (std::size_t k = 0; k < step_outputs_of<Cell>::count; ++k) {
        forwards.add(nth_array(with.dy, k), output_of_tangent_run<Cell>(y, k, true));
    }
    inner_product const backwards = inner<Cell>(g, v);
    to.compare("forward mode", forwards.value, backwards.value, std::max(forwards.scale, backwards.scale),
               rounding);
}

/// Products with the Hessian are symmetric, and are the change of the gradient.
template <class Cell, class Sizes>
void check_hessian(report& to, sample<Cell, double>& with, unsigned seed)
{
    auto const u = random_direction<Cell, Sizes>(run_steps, run_batch, seed + 2);
    auto const v = random_direction<Cell, Sizes>(run_steps, run_batch, seed + 3);
    outputs_of<Cell, double> zeros = with.dy;
    for (std::size_t k = 0; k < step_outputs_of<Cell>::count; ++k) {
        nth_array(zeros, k).fill(0);
    }
    tangent_run run{with.m};
    auto const product = [&](auto const& direction) {
        run.forward(with.x, direction, start_of<Cell, double>(with.initial));
        return run.backward(with.dy, zeros, {.final = with.dfinal});
    };
    auto const of_u = product(u);
    auto const of_v = product(v);
    inner_product const one = inner<Cell>(of_u, v);
    inner_product const other = inner<Cell>(of_v, u);
    to.compare("Hessian, symmetry", one.value, other.value, std::max(one.scale, other.scale), rounding);

    // The gradient at two points beside each other.
    constexpr double step = 0x1p-20;
    auto const gradient_at = [&](double factor) {
        auto moved = with;
        moved.m = model<Cell, double>(with.m);
        struct point {
            rondo::parameters<Cell, double>& parameters;
            inputs_of<Cell, double>& input;
            states_of<Cell, double>& initial;
        } at{moved.m.parameters(), moved.x, moved.initial};
        for_each_part<Cell>(at, v, [&](auto&& x, auto const& along) {
            auto d = along.begin();
            for (auto& e : x) {
                e += factor * *d++;
            }
        });
        bptt reverse{moved.m};
        reverse.forward(moved.x, start_of<Cell, double>(moved.initial));
        return test::tensors_of<Cell, double>(reverse.backward(moved.dy, {.final = moved.dfinal}));
    };
    tensors change = gradient_at(step);
    tensors const before = gradient_at(-step);
    for (std::size_t i = 0; i < change.size(); ++i) {
        for (std::size_t j = 0; j < change[i].entries.size(); ++j) {
            change[i].entries[j] = (change[i].entries[j] - before[i].entries[j]) / (2 * step);
        }
    }
    // Quotients have an error of step² and, of rounding, of 1e-16 / step.
    to.compare("Hessian, quotients", test::tensors_of<Cell, double>(of_v), change, 1e-6);
}

}  // namespace rondo::random_cells
