#include "unit/named_cells.hpp"
#include "unit/random_run.hpp"

#include <rondo/run/state_gradient_norms.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/sequence/gradient_views.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace gradient_views_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

using tested = test::observing;
using outputs = step_outputs_of<tested>;

test::random_run<tested, float> example() { return {9, 4, 7, input{3}, output{4}, hidden{5}}; }

}  // namespace

TEST_CASE("gradient_views: outputs that are not named have a gradient of zero")
{
    auto with = example();
    xt::xtensor<float, 3> const dread = with.dy["read"_s];
    with.dy["state"_s].fill(0);
    with.dy["energy"_s].fill(0);
    bptt run{with.m};
    run.forward(with.x);
    auto const expected = test::tensors_of(run.backward(with.dy, {.final = with.dfinal}));
    run.forward(with.x);
    auto const found = test::tensors_of(run.backward(named("read"_s = dread), {.final = with.dfinal}));
    CHECK(test::difference(found, expected) == 0);

    std::vector<int> const lengths{9, 2, 5, 9};
    run.forward(with.x, {.lengths = lengths});
    auto const of_lengths = test::tensors_of(run.backward(with.dy));
    run.forward(with.x, {.lengths = lengths});
    CHECK(test::difference(test::tensors_of(run.backward(named("read"_s = dread))), of_lengths) == 0);

    auto const norms = state_gradient_norms(with.m, with.x, with.dy);
    CHECK(state_gradient_norms(with.m, with.x, named("read"_s = dread)) == norms);
}

TEST_CASE("gradient_views: the gradient of the final states alone")
{
    auto const with = example();
    bptt run{with.m, {.check_finite = true}};
    run.forward(with.x);
    auto const& g = run.backward(named(), {.final = with.dfinal});
    CHECK(g.initial[0](0, 0) != 0);
    run.forward(with.x);
    auto const& zero = run.backward(named());
    for (float const entry : zero.parameters.flat()) {
        CHECK(entry == 0);
    }
}

TEST_CASE("gradient_views: of a truncated_bptt")
{
    auto with = example();
    xt::xtensor<float, 3> const denergy = with.dy["energy"_s];
    with.dy["state"_s].fill(0);
    with.dy["read"_s].fill(0);
    truncated_bptt run{with.m, {.every = 9, .over = 20}};
    run.forward(with.x);
    run.forward(with.x);
    auto const expected = test::tensors_of(run.backward(with.dy));
    auto const found = test::tensors_of(run.backward(named("energy"_s = denergy)));
    CHECK(test::difference(found, expected) == 0);
}

TEST_CASE("gradient_views: of arrays and of a single output they are those of views_of")
{
    auto const with = example();
    auto const views = gradient_views_of<outputs, float>(with.dy);
    CHECK(views[1].rows() == with.dy["read"_s].data());
    auto const some = gradient_views_of<outputs, float>(named("read"_s = with.dy["read"_s]));
    CHECK(some[1].rows() == with.dy["read"_s].data());
    CHECK(some[0].rows() == nullptr);
    float row[3] = {1, 2, 3};
    some[0].copy_row(0, 0, row, 2);
    CHECK(row[0] == 0);
    CHECK(row[1] == 0);
    CHECK(row[2] == 3);
}

}  // namespace gradient_views_test
