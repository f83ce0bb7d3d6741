#include "unit/checked_cell.hpp"

#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/check/fill_randomly.hpp>
#include <rondo/kernel/epilogue_waves.hpp>
#include <rondo/run/bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>

using namespace rondo;
using namespace rondo::check_internal;

namespace {

/// A function of a function of a function, each with something from an earlier wave; and one value that
/// all waves use.
struct nested {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = W * x + U * h;
        auto first = tanh(a + b);
        auto second = sigmoid(first - b);
        auto third = exp(second * h) - first;
        return next{tanh(third * second + a)};
    }
};

/// More nested functions than there can be waves.
struct deep {
    weight<hidden, hidden> U;
    RONDO_MEMBERS(U);

    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const
    {
        auto two = [](auto v) { return sigmoid(tanh(v)); };
        auto eight = [&](auto v) { return two(two(two(two(v)))); };
        return next{two(eight(eight(eight(eight(U * h + x)))))};
    }
};

/// The last stage of a step.
template <class Exe>
using last_stage = stage_exe<Exe, Exe::schedule.stages.size() - 1>;

}  // namespace

TEST_CASE("epilogue_waves: as many as functions on the longest path")
{
    CHECK(epilogue_waves<last_stage<inference_exe<lstm<>>>>::count == 2);
    CHECK(epilogue_waves<last_stage<inference_exe<gru_reset_after<>>>>::count == 2);
    CHECK(epilogue_waves<last_stage<inference_exe<nested>>>::count == 4);
    using products_back = stage_exe<backward_exe<lstm<>>, 1>;
    static_assert(products_back::what.kind == stage_kind::tile);
    CHECK(epilogue_waves<products_back>::count == 1);
    CHECK(epilogue_waves<products_back>::spilled == 0);
    CHECK(epilogue_waves<last_stage<inference_exe<deep>>>::count == 31);
}

TEST_CASE("epilogue_waves: each value is computed in one wave, and spilled if a later one reloads it")
{
    using stage_type = last_stage<inference_exe<nested>>;
    using waves = epilogue_waves<stage_type>;
    std::size_t spilled = 0;
    for (std::size_t i = 0; i < stage_type::work_count; ++i) {
        int computed = 0;
        int reloaded = 0;
        for (int r = 0; r < waves::count; ++r) {
            computed += waves::is_computed_in(i, r);
            reloaded += waves::is_reloaded_in(i, r);
        }
        CHECK(computed >= 1);
        CHECK((computed == 1 || stage_type::work(i).from == origin::memory ||
               is_leaf(compiled<nested>::forward.nodes[stage_type::work(i).value].opcode)));
        CHECK(waves::is_spilled(i) == (reloaded > 0));
        spilled += waves::is_spilled(i);
    }
    CHECK(spilled > 1);
    CHECK(spilled == waves::spilled);
}

TEST_CASE("epilogue_waves: spilled values are reloaded, in tiles and in a single row")
{
    for (std::size_t const features : {3U, 16U, 37U, 300U}) {
        for (std::size_t const batch : {1U, 2U, 5U, 23U}) {
            CAPTURE(features);
            CAPTURE(batch);
            model<nested, double> m{input{4}, hidden{features}};
            std::mt19937_64 bits(7);
            fill_randomly(m.parameters().flat(), bits, 0.1);
            xt::xtensor<double, 3> x({1, batch, 4});
            fill_randomly(x, bits, 1);
            auto initial = m.zero_states(batch);
            fill_randomly(initial[0], bits, 1);
            bptt run{m};
            auto const& y = run.forward(x, {.initial = initial});
            auto const row_of = [](auto const& matrix, std::size_t row, auto const& of) {
                double sum = 0;
                for (std::size_t i = 0; i < of.size(); ++i) {
                    sum += matrix(row, i) * of[i];
                }
                return sum;
            };
            double difference = 0;
            for (std::size_t b = 0; b < batch; ++b) {
                std::span<double const> const in(x.data() + b * 4, 4);
                std::span<double const> const h(initial[0].data() + b * features, features);
                for (std::size_t i = 0; i < features; ++i) {
                    double const bias = m["b"_s](i);
                    double const a = row_of(m["W"_s], i, in) + row_of(m["U"_s], i, h);
                    double const first = std::tanh(a + bias);
                    double const second = 1 / (1 + std::exp(bias - first));
                    double const third = std::exp(second * h[i]) - first;
                    double const apart = std::abs(std::tanh(third * second + a) - y(0, b, i));
                    difference = apart <= difference ? difference : apart;  // so that not a number counts
                }
            }
            CHECK(difference < 1e-13);
        }
    }
    test::gradient_agrees<nested>();
}
