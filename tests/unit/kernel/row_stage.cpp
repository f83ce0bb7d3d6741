#include "unit/edge_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/row_stage.hpp>
#include <rondo/model/xtensor.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <type_traits>

namespace row_stage_test {

using namespace rondo;
using namespace rondo::exec_internal;

/// A cell with so many functions that its epilogue is in the code once.
struct deep {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto after(vec<input> x, vec<hidden> h) const
    {
        auto a = U * h + b;
        for (int i = 0; i < 40; ++i) {
            a = tanh(a) + 0.25 * h;
        }
        return tanh(a + W * x);
    }
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{after(x, h)}; }
};

/// A deep cell with a second sum of products.
struct deep_with_gate {
    deep inner;
    weight<hidden, hidden> V;
    RONDO_MEMBERS(inner, V);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{inner.after(x, h) * sigmoid(V * h)};
    }
};

namespace {

constexpr auto w = static_cast<std::size_t>(lane_count<double>);

/// Runs of one sequence, and the same sequence as the first of three, whose rows go through tiles.
template <class Cell, dimension_name... D>
void agrees_with_tiles(D... bound)
{
    constexpr std::size_t steps = 7;
    test::random_run<Cell, double> const three(steps, 3, 5, bound...);
    test::random_run<Cell, double> one(steps, 1, 5, bound...);
    auto const first = [](auto const& all) { return xt::view(all, xt::all(), xt::range(0, 1), xt::all()); };
    one.x = first(three.x);
    one.dy = first(three.dy);
    for (std::size_t k = 0; k < one.initial.size(); ++k) {
        one.initial[k] = xt::view(three.initial[k], xt::range(0, 1), xt::all());
        one.dfinal[k] = xt::view(three.dfinal[k], xt::range(0, 1), xt::all());
    }
    bptt lone{one.m};
    bptt tiled{three.m};
    auto const apart = [&](auto const& a, auto const& b) {
        return test::difference(test::tensor_of("", a), test::tensor_of("", xt::eval(first(b))));
    };
    CHECK(apart(lone.forward(one.x, {.initial = one.initial}),
                tiled.forward(three.x, {.initial = three.initial})) < 1e-12);
    CHECK(apart(lone.backward(one.dy, {.final = one.dfinal}).input,
                tiled.backward(three.dy, {.final = three.dfinal}).input) < 1e-12);
}

/// Runs the stage of products in the loop of a cell on row 1 of three, in both orders.
template <class Exe, class Sizes>
void check_row(Sizes const& bound)
{
    using stage_type = stage_exe<Exe, test::stage_of_kind<Exe>(stage_kind::tile, true)>;
    static_assert(!std::is_same_v<Exe, forward_exe<deep>> ||
                  blocking::vectors_side_by_side(epilogue_cost<stage_type>, 2) == 1);
    for (std::ptrdiff_t const t : {0, 1}) {
        test::stage_memory<stage_type, double, Sizes> memory(bound, 3);
        run_row_stage<stage_type, double>(memory.ctx, memory.sizes, 1, traversal::of_step(t));
        CHECK(memory.difference({1, 2}) < 1e-12);
        CHECK(memory.is_untouched_outside({1, 2}));
    }
}

}  // namespace

TEST_CASE("row_stage: stores what the stage's formulas say, of sizes at run time and of constant ones")
{
    for (std::size_t const features : {std::size_t{1}, 2 * w, 19 * w + 1}) {
        CAPTURE(features);
        sizes<lstm<>> const bound(input{3}, hidden{features});
        check_row<forward_exe<lstm<>>>(bound);
        check_row<backward_exe<lstm<>>>(bound);
        check_row<forward_exe<deep>>(sizes<deep>(input{3}, hidden{features}));
        check_row<forward_exe<deep_with_gate>>(sizes<deep_with_gate>(input{3}, hidden{features}));
    }
    sizes<lstm<>, fixed<input, 3>, fixed<hidden, 7 * w - 1>> const constant{};
    check_row<forward_exe<lstm<>>>(constant);
    check_row<backward_exe<lstm<>>>(constant);
    check_row<forward_exe<deep>>(sizes<deep, fixed<input, 3>, fixed<hidden, 7 * w - 1>>{});
}

TEST_CASE("row_stage: a single row agrees with the same row among others, up to rounding")
{
    for (std::size_t const features : {std::size_t{1}, w - 1, 2 * w, 4 * w + 1, 18 * w + 1}) {
        CAPTURE(features);
        agrees_with_tiles<lstm<>>(input{3}, hidden{features});
        agrees_with_tiles<deep>(input{3}, hidden{features});
        agrees_with_tiles<test::crowded>(input{features}, hidden{w + 1});
    }
}

TEST_CASE_TEMPLATE("row_stage: both directions of the serpentine order give equal bits", Cell, lstm<>, deep)
{
    // Odd steps walk backwards, so an additional first step reverses the directions of all that follow.
    test::random_run<Cell, double> const with(6, 1, 5, input{3}, hidden{18 * w + 1});
    xt::xtensor<double, 3> const rest = xt::view(with.x, xt::range(1, 6), xt::all(), xt::all());
    xt::xtensor<double, 3> const front = xt::view(with.x, xt::range(0, 1), xt::all(), xt::all());
    bptt run{with.m};
    bptt shifted{with.m};
    xt::xtensor<double, 3> const y = run.forward(with.x, {.initial = with.initial});
    shifted.forward(front, {.initial = with.initial});
    auto const middle = shifted.final_states();
    xt::xtensor<double, 3> const y_rest = shifted.forward(rest, {.initial = middle});
    CHECK(xt::eval(xt::view(y, xt::range(1, 6), xt::all(), xt::all())) == y_rest);

    xt::xtensor<double, 3> const dy_rest = xt::view(with.dy, xt::range(1, 6), xt::all(), xt::all());
    xt::xtensor<double, 3> const dx = run.backward(with.dy, {.final = with.dfinal}).input;
    xt::xtensor<double, 3> const dx_rest = shifted.backward(dy_rest, {.final = with.dfinal}).input;
    CHECK(xt::eval(xt::view(dx, xt::range(1, 6), xt::all(), xt::all())) == dx_rest);
}

TEST_CASE("row_stage: constant sizes, which take several spans at once, agree up to rounding")
{
    test::random_run<lstm<>, double> const with(6, 1, 5, input{3}, hidden{21 * w - 1});
    model<lstm<>, double, fixed<input, 3>, fixed<hidden, 21 * w - 1>> constant{};
    constant.parameters() = with.m.parameters();
    bptt variable_sizes{with.m};
    bptt constant_sizes{constant};
    test::tensors const expected = test::results_of(variable_sizes, with);
    CHECK(test::difference(test::results_of(constant_sizes, with), expected) < 1e-12);
}

}  // namespace row_stage_test
