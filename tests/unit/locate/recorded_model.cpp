#include <rondo/cell/lstm.hpp>
#include <rondo/locate/recorded_model.hpp>
#include <rondo/model/model.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("recorded_step: is the forward step of the cell")
{
    recorded_step const step = recorded_step_of<lstm<>>();
    program const& expected = compiled<lstm<>>::forward;
    auto const p = step.rebuilt();
    REQUIRE(p->nodes.size() == expected.nodes.size());
    for (node_id i = 0; i < p->nodes.size(); ++i) {
        CHECK(p->nodes[i] == expected.nodes[i]);
    }
    REQUIRE(p->states.size() == 2);
    CHECK(p->states[1].to == expected.states[1].to);
    CHECK(p->results[0].value == expected.results[0].value);
    CHECK(step.saved.size() == static_cast<std::size_t>(compiled<lstm<>>::reverse.saved.size()));
}

TEST_CASE("recorded_model: has the sizes and refers to the parameters")
{
    model<lstm<>> m{input{2}, hidden{3}};
    m["f.U"_s](1, 2) = 0.5F;
    recorded_model const r = recorded_model_of<lstm<>, float>(m.bound(), m.parameters());
    auto const& shapes = compiled<lstm<>>::shapes;
    CHECK(r.is_float);
    CHECK(r.size(shapes.inputs[0].shape.rows()) == 2);
    CHECK(r.size(shapes.states[0].rows()) == 3);
    CHECK(r.size(unit) == 1);
    REQUIRE(r.parameters.size() == shapes.parameters.size());
    CHECK(r.parameters[parameter_index<lstm<>>("f.U")][5] == 0.5);
}

TEST_CASE("recorded_model: rounds to the type of the model, subnormal numbers to zero")
{
    recorded_model m{};
    CHECK(m.rounded(1e39) == 1e39);
    CHECK(m.rounded(1e-40) == 1e-40);
    CHECK(m.rounded(1e-310) == 0);
    m.is_float = true;
    CHECK(std::isinf(m.rounded(1e39)));
    CHECK(m.rounded(1e-40) == 0);
    CHECK(m.rounded(0.1) == double{0.1F});
    CHECK(std::isnan(m.rounded(std::numeric_limits<double>::quiet_NaN())));
}
