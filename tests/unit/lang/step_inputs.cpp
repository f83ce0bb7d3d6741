#include "unit/named_cells.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/lang/step_inputs.hpp>
#include <rondo/lang/trace.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

namespace {

using namespace rondo;
using namespace rondo::lang_internal;

using inputs_of_struct = step_inputs<test::observing, test::observing::observed>;
static_assert(inputs_of_struct::value);
static_assert(std::is_same_v<inputs_of_struct::shapes, type_list<shape<input>, shape<output>, shape<>>>);
static_assert(step_inputs<lstm<>, vec<input>>::value);
static_assert(std::is_same_v<step_inputs<lstm<>, vec<input>>::shapes, type_list<shape<input>>>);

// The dimensions of a struct of inputs count as those of a single input do.
static_assert(
    std::is_same_v<dimensions_of<test::observing>, type_list<rondo::input, rondo::output, rondo::hidden>>);

constexpr traced_step traced = trace<test::observing>();
static_assert(!traced.met_unlisted);
static_assert(traced.shapes.inputs.size() == 3 && traced.shapes.outputs.size() == 3);
static_assert(traced.shapes.inputs[0].shape == extents{1} && traced.shapes.inputs[1].shape == extents{2} &&
              traced.shapes.inputs[2].shape == extents{});
static_assert(traced.shapes.outputs[0].shape == extents{3} && traced.shapes.outputs[1].shape == extents{2} &&
              traced.shapes.outputs[2].shape == extents{});

}  // namespace

TEST_CASE("step_inputs: every input is visited with its name")
{
    test::observing::observed in;
    std::string names;
    for_each_input(in, [&](auto const&, std::string_view name) { names += std::string(name) + " "; });
    CHECK(names == "x mask gap ");
    vec<input> single;
    names = "none";
    for_each_input(single, [&](auto const&, std::string_view name) { names = name; });
    CHECK(names.empty());
}

TEST_CASE("step_inputs: names and results of a traced step")
{
    CHECK(traced.shapes.inputs[1].name.view() == "mask");
    CHECK(traced.shapes.outputs[2].name.view() == "energy");
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(traced.step.results[k].what == role::output);
        CHECK(traced.step.results[k].index == static_cast<int>(k));
    }
    CHECK(trace<lstm<>>().shapes.inputs[0].name.view().empty());
    CHECK(trace<lstm<>>().shapes.outputs[0].name.view().empty());
}
