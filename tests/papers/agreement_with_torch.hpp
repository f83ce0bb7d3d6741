#pragma once
/// @file
/// Compares a cell of a paper with its equations in PyTorch: outputs, loss, final states and all gradients.
/// tests/oracle/make_fixtures.py describes the fixtures.

#include "oracle/fixtures.hpp"

#include <rondo/run/bptt.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rondo::papers {

using nlohmann::json;

/// A model of the sizes of a case, with its parameters and constants.
template <class Cell, class T>
model<Cell, T> model_of(json const& c)
{
    auto m = [&]<class... D>(lang_internal::type_list<D...>) {
        return model<Cell, T>{
            D{c["sizes"][std::string(lang_internal::type_name<D>())].get<std::size_t>()}...};
    }(lang_internal::dimensions_of<Cell>{});
    auto& p = m.parameters();
    std::size_t constants = 0;
    for (std::size_t i = 0; i < p.count; ++i) {
        bool const is_constant = p.info(i).is_constant;
        constants += is_constant ? 1 : 0;
        test::fill(p.entries(i),
                   c[is_constant ? "constants" : "parameters"].at(std::string(p.info(i).name.view())));
    }
    CHECK(p.count == c["parameters"].size() + constants);
    return m;
}

/// The name of a sequence in the fixtures.
template <class Sequences>
std::string name_of_sequence(std::size_t k, std::string const& single)
{
    std::string const name(Sequences::list[k].name.view());
    return name.empty() ? single : name;
}

/// Fills the arrays of the inputs, or of the gradients of the outputs.
template <class Sequences, class T>
void fill_sequences(exec_internal::arrays_of<Sequences, T>& to, json const& c, json const& from,
                    model<typename Sequences::cell_type, T> const& m, std::string const& single)
{
    CHECK(from.size() == Sequences::count);
    for (std::size_t k = 0; k < Sequences::count; ++k) {
        auto& one = exec_internal::nth_array(to, k);
        exec_internal::resize_array(
            one, {{c["sizes"]["time"].get<std::ptrdiff_t>(), c["sizes"]["batch"].get<std::ptrdiff_t>()},
                  m.bound(),
                  exec_internal::shape_in_arrays(Sequences::list[k])});
        test::fill(one, from.at(name_of_sequence<Sequences>(k, single)));
    }
}

/// Fills the arrays of the inputs that a sequence has one value of.
template <class Cell, class T>
void fill_per_sequence(inputs_of<Cell, T>& to, json const& c, model<Cell, T> const& m)
{
    using inputs = exec_internal::step_inputs_of<Cell>;
    if constexpr (inputs::per_sequence_count > 0) {
        exec_internal::resize_per_sequence<inputs, T>(to, c["sizes"]["batch"].get<std::ptrdiff_t>(),
                                                      m.bound());
        for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
            test::fill(to.per_sequence(k),
                       c["per_sequence"].at(std::string(inputs::per_sequence_list[k].name.view())));
        }
    }
}

/// A sum of products, as the loss of a case, and of their magnitudes.
struct weighted_terms {
    double loss = 0;
    double magnitude = 0;

    template <class Values, class Weights>
    void add(Values const& values, Weights const& weights)
    {
        for (std::size_t i = 0; i < values.size(); ++i) {
            double const term =
                static_cast<double>(values.data()[i]) * static_cast<double>(weights.data()[i]);
            loss += term;
            magnitude += std::fabs(term);
        }
    }
};

/// Compares the gradients of a run.
template <class Cell, class T>
void compare_gradients(json const& expected, std::vector<std::string> const& states,
                       gradients<Cell, T> const& g, double tolerance)
{
    using inputs = exec_internal::step_inputs_of<Cell>;
    for (std::size_t k = 0; k < inputs::count; ++k) {
        std::string const name = name_of_sequence<inputs>(k, "x");
        test::compare("gradient of " + name, exec_internal::nth_array(g.input, k),
                      expected["inputs"].at(name), tolerance);
    }
    if constexpr (inputs::per_sequence_count > 0) {
        for (std::size_t k = 0; k < inputs::per_sequence_count; ++k) {
            std::string const name(inputs::per_sequence_list[k].name.view());
            test::compare("gradient of " + name, g.input.per_sequence(k), expected["per_sequence"].at(name),
                          tolerance);
        }
    }
    for (std::size_t k = 0; k < states.size(); ++k) {
        test::compare("gradient of initial " + states[k], g.initial[k], expected["initial"].at(states[k]),
                      tolerance);
    }
    for (std::size_t i = 0; i < g.parameters.count; ++i) {
        if (!g.parameters.info(i).is_constant) {
            std::string const name(g.parameters.info(i).name.view());
            test::compare("gradient of " + name, g.parameters.entries(i), expected["parameters"].at(name),
                          tolerance);
        }
    }
}

/// Compares one case in one type.
template <class Cell, class T>
void case_agrees(json const& c, std::vector<std::string> const& states, double tolerance)
{
    using inputs = exec_internal::step_inputs_of<Cell>;
    using outputs = exec_internal::step_outputs_of<Cell>;
    auto m = model_of<Cell, T>(c);
    inputs_of<Cell, T> x;
    outputs_of<Cell, T> dy;
    fill_sequences<inputs>(x, c, c["inputs"], m, "x");
    fill_per_sequence<Cell, T>(x, c, m);
    fill_sequences<outputs>(dy, c, c["dy"], m, "y");
    auto initial = m.zero_states(c["sizes"]["batch"].get<std::size_t>());
    auto dfinal = initial;
    REQUIRE(initial.size() == states.size());
    for (std::size_t k = 0; k < states.size(); ++k) {
        test::fill(initial[k], c["initial"].at(states[k]));
        test::fill(dfinal[k], c["dfinal"].at(states[k]));
    }

    bptt run{m};
    auto const& y = run.forward(x, {.initial = initial});
    weighted_terms terms;
    for (std::size_t k = 0; k < outputs::count; ++k) {
        std::string const name = name_of_sequence<outputs>(k, "y");
        auto const& one = exec_internal::nth_array(y, k);
        test::compare("output " + name, one, c["y"].at(name), tolerance);
        terms.add(one, exec_internal::nth_array(dy, k));
    }
    for (std::size_t k = 0; k < states.size(); ++k) {
        test::compare("final " + states[k], run.final_states()[k], c["final"].at(states[k]), tolerance);
        terms.add(run.final_states()[k], dfinal[k]);
    }
    CHECK(std::fabs(terms.loss - c["loss"].get<double>()) <= tolerance * terms.magnitude);
    compare_gradients<Cell, T>(c["gradient"], states, run.backward(dy, {.final = dfinal}), tolerance);
}

/// Compares all cases of a cell, in double and in float.
template <class Cell>
void agrees_with_torch(std::string const& fixtures, std::vector<std::string> const& states)
{
    test::for_each_case(fixtures, 4, [&](json const& c) {
        case_agrees<Cell, double>(c, states, 1e-10);
        case_agrees<Cell, float>(c, states, 1e-5);
    });
}

}  // namespace rondo::papers
