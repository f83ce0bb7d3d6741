#pragma once
/// @file
/// A model with random parameters and the arguments of a run, and its results as a list
/// of named tensors, so that two runs of any cell can be compared.

#include <rondo/check/fill_randomly.hpp>
#include <rondo/run/bptt.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// A model and the arguments of a run. A seed gives equal numbers in float and in double.
template <class Cell, class T>
struct random_run {
    model<Cell, T> m;
    inputs_of<Cell, T> x{};
    states_of<Cell, T> initial{};
    outputs_of<Cell, T> dy{};
    states_of<Cell, T> dfinal{};

    template <dimension_name... D>
    random_run(std::size_t steps, std::size_t batch, unsigned seed, D... bound) : m(bound...)
    {
        std::mt19937_64 bits(seed);
        for (std::size_t i = 0; i < m.parameters().count; ++i) {
            fill_randomly(m.parameters().entries(i), bits, 0.75);
        }
        fill_sequences<step_inputs_of<Cell>>(x, steps, batch, bits);
        fill_sequences<step_outputs_of<Cell>>(dy, steps, batch, bits);
        initial = m.zero_states(batch);
        dfinal = m.zero_states(batch);
        for (std::size_t k = 0; k < initial.size(); ++k) {
            fill_randomly(initial[k], bits, 1);
            fill_randomly(dfinal[k], bits, 1);
        }
        if constexpr (step_inputs_of<Cell>::per_sequence_count > 0) {
            fill_per_sequence(batch, bits);
        }
    }

   private:
    template <class Sequences>
    void fill_sequences(arrays_of<Sequences, T>& all, std::size_t steps, std::size_t batch,
                        std::mt19937_64& bits)
    {
        for (std::size_t k = 0; k < Sequences::count; ++k) {
            resize_array(nth_array(all, k),
                         {{static_cast<std::ptrdiff_t>(steps), static_cast<std::ptrdiff_t>(batch)},
                          m.bound(),
                          shape_in_arrays(Sequences::list[k])});
            if (auto const count = symbols_of<Sequences>(m.bound(), k); count > 0) {
                fill_with_symbols(nth_array(all, k), bits, static_cast<std::size_t>(count));
            } else {
                fill_randomly(nth_array(all, k), bits, 1);
            }
        }
    }
    void fill_per_sequence(std::size_t batch, std::mt19937_64& bits)
    {
        using inputs = step_inputs_of<Cell>;
        resize_per_sequence<inputs, T>(x, static_cast<std::ptrdiff_t>(batch), m.bound());
        for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
            auto const& info = inputs::per_sequence_list[k];
            if (info.is_symbol) {
                fill_with_symbols(x.per_sequence(k), bits,
                                  static_cast<std::size_t>(m.bound()[info.shape.rows()]));
            } else {
                fill_randomly(x.per_sequence(k), bits, 1);
            }
        }
    }
};

/// A tensor without its shape.
struct named_tensor {
    std::string name{};
    std::vector<double> entries{};
};
using tensors = std::vector<named_tensor>;

template <class Container>
named_tensor tensor_of(std::string name, Container const& c)
{
    return {std::move(name), std::vector<double>(c.begin(), c.end())};
}
template <class Cell, class T>
void append(tensors& to, std::string const& name, states_of<Cell, T> const& s)
{
    for (std::size_t k = 0; k < s.size(); ++k) {
        to.push_back(tensor_of(name + " " + std::to_string(k + 1), s[k]));
    }
}
/// Appends the arrays of inputs or outputs; the name of a single one is @p name.
template <class Sequences, class T>
void append_sequences(tensors& to, std::string const& name, arrays_of<Sequences, T> const& all)
{
    for (std::size_t k = 0; k < Sequences::count; ++k) {
        std::string const own(Sequences::list[k].name.view());
        to.push_back(tensor_of(own.empty() ? name : name + " " + own, nth_array(all, k)));
    }
}
template <class Cell, class T>
tensors tensors_of(rondo::gradients<Cell, T> const& g)
{
    tensors out;
    for (std::size_t i = 0; i < g.parameters.count; ++i) {
        out.push_back(tensor_of("gradient of " + std::string(g.parameters.info(i).name.view()),
                                g.parameters.entries(i)));
    }
    append_sequences<step_inputs_of<Cell>, T>(out, "gradient of the input", g.input);
    if constexpr (step_inputs_of<Cell>::per_sequence_count > 0) {
        for (std::size_t k = 0; k < step_inputs_of<Cell>::per_sequence_count; ++k) {
            std::string const name(step_inputs_of<Cell>::per_sequence_list[k].name.view());
            out.push_back(tensor_of("gradient of the input " + name, g.input.per_sequence(k)));
        }
    }
    append<Cell, T>(out, "gradient of initial state", g.initial);
    return out;
}

/// Runs forward and backward: output, final states, every gradient.
template <class Run, class Arguments>
tensors results_of(Run& run, Arguments const& with)
{
    using cell_type = typename Run::model_type::cell_type;
    using value_type = typename Run::model_type::value_type;
    tensors out;
    append_sequences<step_outputs_of<cell_type>, value_type>(out, "output",
                                                             run.forward(with.x, {.initial = with.initial}));
    append<cell_type, value_type>(out, "final state", run.final_states());
    tensors const g = tensors_of(run.backward(with.dy, {.final = with.dfinal}));
    out.insert(out.end(), g.begin(), g.end());
    return out;
}

/// @p all with no entries in the gradients that @p options leave out.
inline tensors without(tensors all, run_options const& options)
{
    for (named_tensor& t : all) {
        bool const of_input = t.name.starts_with("gradient of the input");
        bool const of_parameter = !of_input && t.name.starts_with("gradient of ") &&
                                  !t.name.starts_with("gradient of initial state");
        if ((of_input && !options.input_gradient) || (of_parameter && options.frozen)) {
            t.entries.clear();
        }
    }
    return all;
}

/// The largest magnitude of an entry.
inline double largest_entry(named_tensor const& t)
{
    double largest = 0;
    for (double const v : t.entries) {
        largest = std::max(largest, std::fabs(v));
    }
    return largest;
}
/// The largest difference of two entries; infinite if shapes differ or an entry is not a number.
inline double absolute_difference(named_tensor const& a, named_tensor const& b)
{
    double apart = 0;
    if (a.entries.size() != b.entries.size()) {
        return std::numeric_limits<double>::infinity();
    }
    for (std::size_t i = 0; i < a.entries.size(); ++i) {
        double const d = std::fabs(a.entries[i] - b.entries[i]);
        apart = d <= apart ? apart : std::isnan(d) ? HUGE_VAL : d;
    }
    return apart;
}
/// That, relative to the largest entry of @p b.
inline double difference(named_tensor const& a, named_tensor const& b)
{
    double const apart = absolute_difference(a, b);
    return apart == 0 ? 0 : apart / largest_entry(b);
}
inline double difference(tensors const& a, tensors const& b)
{
    double largest = a.size() == b.size() ? 0 : HUGE_VAL;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        largest = std::max(largest, difference(a[i], b[i]));
    }
    return largest;
}
/// The name of the tensor that differs most, for messages.
inline std::string worst_of(tensors const& a, tensors const& b)
{
    std::size_t worst = 0;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        worst = difference(a[i], b[i]) > difference(a[worst], b[worst]) ? i : worst;
    }
    return a.empty() ? "nothing" : a[worst].name;
}

}  // namespace rondo::test
