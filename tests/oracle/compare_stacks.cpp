// Compares two bidirectional layers over sequences of different lengths with PyTorch's: outputs, final
// states, loss and all gradients, relative to the largest entry of each tensor. make_fixtures.py describes
// the fixtures.

#include "oracle/fixtures.hpp"

#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/stack.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace compare_stacks_test {

using namespace rondo;
using namespace rondo::exec_internal;
using namespace rondo::test;
using nlohmann::json;

namespace {

/// A model with the parameters whose names begin with a prefix.
template <class Cell, class T>
model<Cell, T> model_of(json const& c, std::string const& prefix, std::size_t features)
{
    model<Cell, T> m{input{features}, hidden{c["sizes"]["hidden"].get<std::size_t>()}};
    auto& p = m.parameters();
    for (std::size_t i = 0; i < p.count; ++i) {
        fill(p.entries(i), c["parameters"].at(prefix + std::string(p.info(i).name.view())));
    }
    return m;
}

template <class Run>
void compare_run(json const& c, std::string const& prefix, std::vector<std::string> const& state_names,
                 Run& run, double tolerance)
{
    REQUIRE(run.final_states().size() == state_names.size());
    for (std::size_t k = 0; k < state_names.size(); ++k) {
        compare("final " + prefix + state_names[k], run.final_states()[k],
                c["final"].at(prefix + state_names[k]), tolerance);
    }
    auto const& g = run.last_gradients().parameters;
    for (std::size_t i = 0; i < g.count; ++i) {
        std::string const name = prefix + std::string(g.info(i).name.view());
        compare("gradient of " + name, g.entries(i), c["gradient"]["parameters"].at(name), tolerance);
    }
}

template <class Cell, class T>
void agrees(json const& c, std::vector<std::string> const& state_names, double tolerance)
{
    auto const size = [&](char const* of) { return c["sizes"][of].template get<std::size_t>(); };
    auto ahead0 = model_of<Cell, T>(c, "0.forwards.", size("input"));
    auto back0 = model_of<Cell, T>(c, "0.backwards.", size("input"));
    auto ahead1 = model_of<Cell, T>(c, "1.forwards.", 2 * size("hidden"));
    auto back1 = model_of<Cell, T>(c, "1.backwards.", 2 * size("hidden"));
    CHECK(c["parameters"].size() == 4 * ahead0.parameters().count);
    stack net{bidirectional{bptt{ahead0}, bptt{back0}}, bidirectional{bptt{ahead1}, bptt{back1}}};

    xt::xtensor<T, 3> x = xt::zeros<T>({size("time"), size("batch"), size("input")});
    xt::xtensor<T, 3> dy = xt::zeros<T>({size("time"), size("batch"), 2 * size("hidden")});
    fill(x, c["x"]);
    fill(dy, c["dy"]);
    auto const lengths = c["lengths"].get<std::vector<int>>();
    auto const& y = net.forward(x, {.lengths = lengths});
    compare("y", y, c["y"], tolerance);
    double loss = 0;
    double terms = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        double const term = static_cast<double>(y.data()[i]) * static_cast<double>(dy.data()[i]);
        loss += term;
        terms += std::fabs(term);
    }
    CHECK(std::fabs(loss - c["loss"].get<double>()) <= tolerance * terms);
    compare("gradient of x", net.backward(dy).input, c["gradient"]["x"], tolerance);
    compare_run(c, "0.forwards.", state_names, net.template get<0>().forwards(), tolerance);
    compare_run(c, "0.backwards.", state_names, net.template get<0>().backwards(), tolerance);
    compare_run(c, "1.forwards.", state_names, net.template get<1>().forwards(), tolerance);
    compare_run(c, "1.backwards.", state_names, net.template get<1>().backwards(), tolerance);
}

template <class Cell>
void agrees(std::string const& fixtures, std::vector<std::string> const& state_names)
{
    for_each_case(fixtures, 3, [&](json const& c) {
        agrees<Cell, double>(c, state_names, 1e-10);
        agrees<Cell, float>(c, state_names, 1e-5);
    });
}

}  // namespace

TEST_CASE("oracle: two bidirectional lstm layers") { agrees<lstm<>>("bidirectional_lstm", {"h", "c"}); }
TEST_CASE("oracle: two bidirectional gru layers") { agrees<gru_reset_after<>>("bidirectional_gru", {"h"}); }

}  // namespace compare_stacks_test
