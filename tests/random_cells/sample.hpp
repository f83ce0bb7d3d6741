#pragma once
/// @file
/// Random arguments for a random cell, and the results of a run of them.

#include "unit/random_run.hpp"

#include <rondo/lang/start.hpp>
#include <rondo/run/bptt.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>

namespace rondo::random_cells {

using namespace check_internal;
using exec_internal::nth_array;
using exec_internal::step_inputs_of;
using exec_internal::step_outputs_of;
using test::named_tensor;
using test::tensors;

/// Dimensions of random cells.
struct heads : dimension {
    using dimension::dimension;
};
struct upper : dimension {
    using dimension::dimension;
};
struct kinds : dimension {
    using dimension::dimension;
};
struct speaker : dimension {
    using dimension::dimension;
};

/// The steps of most runs, and their sequences.
inline constexpr std::size_t run_steps = 7;
inline constexpr std::size_t run_batch = 3;

/// A model of sizes that @p Sizes gives, with random arguments; constants have their first values, which may
/// have to be in a range.
template <class Cell, class T>
struct sample : test::random_run<Cell, T> {
    template <dimension_name... D>
    sample(std::size_t steps, std::size_t batch, unsigned seed, D... bound)
        : test::random_run<Cell, T>(steps, batch, seed, bound...)
    {
        model<Cell, T> const fresh(bound...);
        for (std::size_t i = 0; i < fresh.parameters().count; ++i) {
            if (fresh.parameters().info(i).is_constant && fresh.parameters().info(i).has_first_value()) {
                std::ranges::copy(fresh.parameters().entries(i), this->m.parameters().entries(i).begin());
            }
        }
    }
};

template <class Cell, class T, class Sizes>
sample<Cell, T> make_sample(std::size_t steps, std::size_t batch, unsigned seed)
{
    return [&]<class... D>(lang_internal::type_list<D...>) {
        return sample<Cell, T>(steps, batch, seed, D{Sizes::of(D{})}...);
    }(lang_internal::dimensions_of<Cell>{});
}

/// The entries behind the first @p leading dimensions of an array, which has those of a value behind them.
template <class Array>
std::size_t row_size(Array const& x, std::size_t leading)
{
    auto const& shape = x.shape();
    return std::accumulate(shape.begin() + static_cast<std::ptrdiff_t>(leading), shape.end(), std::size_t{1},
                           std::multiplies{});
}
/// The entries of row @p b of an array (batch, dimensions).
auto* row_of(auto& x, std::size_t b) { return x.data() + b * row_size(x, 1); }
/// Those of step @p t and sequence @p b of an array (time, batch, dimensions).
auto* row_of(auto& x, std::size_t t, std::size_t b)
{
    return x.data() + (t * x.shape()[1] + b) * row_size(x, 2);
}

/// The arguments of forward(): initial states, unless the cell begins by itself.
template <class Cell, class T>
forward_arguments<Cell, T> start_of([[maybe_unused]] states_of<Cell, T> const& initial)
{
    if constexpr (lang_internal::has_start<Cell>) {
        return {};
    } else {
        return {.initial = initial};
    }
}

template <class Cell, class T>
tensors states_as_tensors(states_of<Cell, T> const& s, std::string const& name)
{
    tensors out;
    test::append<Cell, T>(out, name, s);
    return out;
}
template <class Cell, class T>
tensors outputs_as_tensors(outputs_of<Cell, T> const& y)
{
    tensors out;
    test::append_sequences<step_outputs_of<Cell>, T>(out, "output", y);
    return out;
}
inline tensors together(tensors a, tensors const& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// The outputs and the final states of forward(), and the gradients of backward().
template <class Cell>
struct run_results {
    tensors values{};
    tensors gradients{};

    [[nodiscard]] tensors all() const { return together(values, gradients); }
};

/// Runs forward and backward from @p with.
template <class Cell, class T, class... Fixed, class X>
run_results<Cell> forward_and_backward(bptt<Cell, T, Fixed...>& run, test::random_run<Cell, T> const& with,
                                       X const& x, forward_arguments<Cell, T> arguments)
{
    run_results<Cell> out;
    out.values = outputs_as_tensors<Cell, T>(run.forward(x, std::move(arguments)));
    out.values = together(out.values, states_as_tensors<Cell, T>(run.final_states(), "final state"));
    out.gradients = test::tensors_of<Cell, T>(run.backward(with.dy, {.final = with.dfinal}));
    return out;
}
template <class Cell, class T, class... Fixed>
run_results<Cell> forward_and_backward(bptt<Cell, T, Fixed...>& run, test::random_run<Cell, T> const& with)
{
    return forward_and_backward(run, with, with.x, start_of<Cell, T>(with.initial));
}

}  // namespace rondo::random_cells
