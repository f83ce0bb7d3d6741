// Compares outputs, loss, final states and all gradients of every cell with PyTorch's, relative
// to the largest entry of each tensor. make_fixtures.py describes the fixtures.

#include "oracle/fixtures.hpp"
#include "unit/edge_cells.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/gru_reset_before.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/run/bptt.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;
using namespace rondo::test;
using nlohmann::json;

namespace {

/// The arguments of a case, and the names of its states.
template <class Cell, class T>
struct arguments {
    model<Cell, T> m;
    xt::xtensor<T, 3> x{};
    xt::xtensor<T, 3> dy{};
    states_of<Cell, T> initial{};
    states_of<Cell, T> dfinal{};

    arguments(json const& c, std::vector<std::string> const& state_names)
        : m(input{c["sizes"]["input"].get<std::size_t>()}, hidden{c["sizes"]["hidden"].get<std::size_t>()})
    {
        auto const size = [&](char const* of) { return c["sizes"][of].template get<std::size_t>(); };
        x.resize({size("time"), size("batch"), size("input")});
        dy.resize({size("time"), size("batch"), size("hidden")});
        fill(x, c["x"]);
        fill(dy, c["dy"]);
        initial = m.zero_states(size("batch"));
        dfinal = m.zero_states(size("batch"));
        REQUIRE(initial.size() == state_names.size());
        for (std::size_t k = 0; k < state_names.size(); ++k) {
            fill(initial[k], c["initial"][state_names[k]]);
            fill(dfinal[k], c["dfinal"][state_names[k]]);
        }
        auto& p = m.parameters();
        REQUIRE(c["parameters"].size() == p.count);
        for (std::size_t i = 0; i < p.count; ++i) {
            fill(p.entries(i), c["parameters"].at(std::string(p.info(i).name.view())));
        }
    }
};

template <class Cell, class T>
void agrees(json const& c, std::vector<std::string> const& state_names, double tolerance)
{
    arguments<Cell, T> const with(c, state_names);
    bptt run{with.m};
    auto const& y = run.forward(with.x, {.initial = with.initial});
    compare("y", y, c["y"], tolerance);
    double loss = 0;
    double terms = 0;
    auto const add = [&](auto const& value, auto const& weight) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            double const term = static_cast<double>(value.data()[i]) * static_cast<double>(weight.data()[i]);
            loss += term;
            terms += std::fabs(term);
        }
    };
    add(y, with.dy);
    for (std::size_t k = 0; k < state_names.size(); ++k) {
        compare("final " + state_names[k], run.final_states()[k], c["final"][state_names[k]], tolerance);
        add(run.final_states()[k], with.dfinal[k]);
    }
    CHECK(std::fabs(loss - c["loss"].get<double>()) <= tolerance * terms);

    auto const& g = run.backward(with.dy, {.final = with.dfinal});
    json const& expected = c["gradient"];
    compare("gradient of x", g.input, expected["x"], tolerance);
    for (std::size_t k = 0; k < state_names.size(); ++k) {
        compare("gradient of initial " + state_names[k], g.initial[k], expected["initial"][state_names[k]],
                tolerance);
    }
    for (std::size_t i = 0; i < g.parameters.count; ++i) {
        std::string const name(g.parameters.info(i).name.view());
        compare("gradient of " + name, g.parameters.entries(i), expected["parameters"].at(name), tolerance);
    }
}

template <class Cell>
void agrees(std::string const& cell, std::vector<std::string> const& state_names)
{
    for_each_case(cell, 8, [&](json const& c) {
        agrees<Cell, double>(c, state_names, 1e-10);
        agrees<Cell, float>(c, state_names, 1e-5);
    });
}

}  // namespace

TEST_CASE("oracle: elman") { agrees<elman<>>("elman", {"h"}); }
TEST_CASE("oracle: lstm") { agrees<lstm<>>("lstm", {"h", "c"}); }
TEST_CASE("oracle: gru_reset_after") { agrees<gru_reset_after<>>("gru_reset_after", {"h"}); }
TEST_CASE("oracle: gru_reset_before") { agrees<gru_reset_before<>>("gru_reset_before", {"h"}); }
TEST_CASE("oracle: peephole") { agrees<test::peephole>("peephole", {"h", "c"}); }
