#include "unit/checked_cell.hpp"
#include "unit/threads.hpp"

#include <rondo/lang/cell.hpp>
#include <rondo/pass/find_fixed_values.hpp>
#include <rondo/pass/pipeline.hpp>
#include <rondo/run/stream.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>

namespace find_fixed_values_test {

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

/// Fixed values along two dimensions and as a number, one of which is used by another; a loop with a product.
struct decaying {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<hidden> rate, gain;
    weight<input> scale;
    weight<> temperature;
    RONDO_MEMBERS(W, U, rate, gain, scale, temperature);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto const sharpness = exp(-abs(temperature));
        auto const decay = exp(-softplus(rate));
        auto const rest = sqrt(1 - square(decay) + 1e-3) * sharpness;
        auto const cheap = 1 - gain;
        return next{decay * h + rest * tanh(W * (softplus(scale) * x) + U * h * sharpness) * cheap};
    }
};

/// The loop without a product: a scan.
struct scanning {
    weight<hidden> rate, angle;
    RONDO_MEMBERS(rate, angle);

    constexpr auto operator()(vec<hidden> x, vec<hidden> a, vec<hidden> b) const
    {
        auto const modulus = exp(-exp(rate));
        return next{modulus * (cos(angle) * a - sin(angle) * b) + x,
                    modulus * (sin(angle) * a + cos(angle) * b)};
    }
};

/// The functions that the stages of a schedule, except those that run once, compute from parameters alone.
int repeated_functions(program const& p, schedule const& s)
{
    fixed_values const fixed = find_fixed_values(p, {});
    int found = 0;
    for (stage const& st : s.stages) {
        for (entry_id w = st.work.begin; w < st.work.end && !st.is_once; ++w) {
            work_item const item = s.work[w];
            found += item.from == origin::operation && fixed.is_fixed[item.value] &&
                     cost_of(p.nodes[item.value].opcode) > 1;
        }
    }
    return found;
}

template <class Cell>
void computes_functions_once()
{
    using step = compiled<Cell>;
    CHECK(repeated_functions(step::inference, step::inference_schedule) == 0);
    CHECK(repeated_functions(step::forward, step::forward_schedule) == 0);
    CHECK(repeated_functions(step::backward, step::backward_schedule) == 0);
    for (schedule const* s : {&step::forward_schedule, &step::inference_schedule}) {
        bool const any =
            std::any_of(s->stages.begin(), s->stages.end(), [](stage const& st) { return st.is_once; });
        CHECK(any);
        CHECK(s->sections[0].kind == section_kind::once);
    }
}

}  // namespace

TEST_CASE(
    "find_fixed_values: a kept value is used by one that is not fixed, and takes more than a cheap operation")
{
    program p{};
    node_id const w = p.nodes.leaf(op::parameter, 0, {1});
    node_id const x = p.nodes.leaf(op::input, 0, {1});
    node_id const inner = p.nodes.unary(op::exp, w);
    node_id const outer = p.nodes.unary(op::negate, inner);
    node_id const cheap = p.nodes.unary(op::square, w);
    node_id const user = p.nodes.binary(op::multiply, outer, x);
    node_id const other = p.nodes.binary(op::multiply, cheap, x);
    p.results.push_back({role::output, 0, p.nodes.binary(op::add, user, other)});
    fixed_values const f = find_fixed_values(p, {});
    CHECK(f.is_fixed[inner]);
    CHECK(!f.is_kept[inner]);
    CHECK(f.is_kept[outer]);
    CHECK(f.is_fixed[cheap]);
    CHECK(!f.is_kept[cheap]);
    CHECK(!f.is_fixed[user]);
    node_map<bool> stored{};
    stored[outer] = true;  // of which every step needs a row
    CHECK(!find_fixed_values(p, stored).is_fixed[outer]);
    CHECK(find_fixed_values(p, stored).is_kept[inner]);
}

TEST_CASE("find_fixed_values: of matrix parameters, and of vectors that fill a matrix the vectors alone")
{
    program p{};
    graph& g = p.nodes;
    extents const shape{1, 2};
    node_id const decay = g.unary(op::negate, g.unary(op::exp, g.leaf(op::parameter, 0, shape)));
    node_id const gain = g.unary(op::softplus, g.leaf(op::parameter, 1, {1}));
    node_id const repeated = g.broadcast(gain, shape);
    node_id const x = g.leaf(op::input, 0, {2});
    node_id const user = g.binary(op::multiply, g.binary(op::multiply, repeated, x), decay);
    p.results.push_back({role::output, 0, user});
    fixed_values const f = find_fixed_values(p, {});
    CHECK((f.is_fixed[decay] && f.is_kept[decay]));
    CHECK((f.is_fixed[gain] && f.is_kept[gain]));
    CHECK_FALSE(f.is_fixed[repeated]);
}

TEST_CASE("find_fixed_values: no stage but those that run once computes a function of parameters")
{
    computes_functions_once<decaying>();
    computes_functions_once<scanning>();
}

TEST_CASE("find_fixed_values: gradients agree with differences, and float with double")
{
    test::gradient_agrees<decaying>(true);  // of abs
    test::gradient_agrees<scanning>();
    test::float_agrees<decaying>();
    test::float_agrees<scanning>();
}

TEST_CASE("find_fixed_values: values are computed anew when parameters change, in runs and streams")
{
    test::random_run<decaying, double> with(5, 3, 7, input{4}, hidden{9});
    bptt run{with.m};
    stream live{with.m};
    auto const first = test::results_of(run, with);
    with.m["rate"_s](3) += 0.5;
    auto const second = test::results_of(run, with);
    bptt fresh{with.m};
    CHECK(test::difference(second, test::results_of(fresh, with)) == 0);
    CHECK(test::difference(first, second) > 1e-3);

    live.load(with.m.parameters());
    stream fresh_stream{with.m};
    std::vector<double> const x(4, 0.3);
    CHECK(std::ranges::equal(live.step(x), fresh_stream.step(x)));

    test::threads pool(3);
    bptt parallel{with.m, {.chunk_rows = 6, .pool = &pool}};
    bptt pieces{with.m, {.chunk_rows = 6}};
    CHECK(test::difference(test::results_of(parallel, with), test::results_of(pieces, with)) == 0);
}

}  // namespace find_fixed_values_test
