#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/check/fill_randomly.hpp>
#include <rondo/kernel/rounds.hpp>
#include <rondo/run/bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

using namespace rondo;

namespace {

/// A function of a function of a function, each with something from an earlier round; and one value that goes
/// through all rounds.
struct nested {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = W * x + U * h;
        auto first = tanh(a + b);
        auto second = sigmoid(first - b);
        auto third = exp(second * h) - first;
        return next{tanh(third * second + a)};
    }
};

/// The last stage of a step's loop.
template <class Code>
using last_stage = stage_code<Code, Code::plan.stages.size() - 1>;

}  // namespace

BOOST_HANA_ADAPT_STRUCT(nested, W, U, b);

TEST_CASE("rounds: as many as functions on the longest way, but one where values are remembered")
{
    CHECK(rounds_of<last_stage<step_code<lstm<>>>>::count == 2);
    CHECK(rounds_of<last_stage<step_code<gru_reset_after<>>>>::count == 2);
    CHECK(rounds_of<last_stage<step_code<nested>>>::count == 4);
    CHECK(rounds_of<last_stage<forward_code<nested>>>::count == 1);
    CHECK(rounds_of<last_stage<forward_code<nested>>>::handed == 0);
}

TEST_CASE("rounds: each value is worked out in one round, and handed on if a later one takes it over")
{
    using stage_type = last_stage<step_code<nested>>;
    using rounds = rounds_of<stage_type>;
    std::size_t handed = 0;
    for (std::size_t i = 0; i < stage_type::work_count; ++i) {
        int worked_out = 0;
        int taken_over = 0;
        for (int r = 0; r < rounds::count; ++r) {
            worked_out += rounds::works_out(i, r);
            taken_over += rounds::takes_over(i, r);
        }
        bool const is_operation = stage_type::work(i).from == origin::operation &&
                                  !is_leaf(compiled<nested>::forward.nodes[stage_type::work(i).value].code);
        CHECK(worked_out >= 1);
        CHECK((worked_out == 1 || !is_operation));
        CHECK(rounds::hands_on(i) == (taken_over > 0));
        handed += rounds::hands_on(i);
    }
    CHECK(handed > 1);
    CHECK(handed == rounds::handed);
}

TEST_CASE("rounds: infer(), which works in several, agrees with forward(), which works in one")
{
    for (std::size_t const features : {3U, 16U, 37U}) {
        for (std::size_t const batch : {2U, 5U, 23U}) {
            model<nested, double> m{input{4}, hidden{features}};
            std::mt19937_64 bits(7);
            fill_randomly(m.parameters().flat(), bits, 0.5);
            xt::xtensor<double, 3> x({3, batch, 4});
            fill_randomly(x, bits, 1);
            bptt run{m};
            auto const kept = run.forward(x);
            auto const& inferred = run.infer(x);
            double difference = 0;
            for (std::size_t i = 0; i < kept.size(); ++i) {
                difference = std::max(difference, std::abs(kept.flat(i) - inferred.flat(i)));
            }
            CAPTURE(features);
            CAPTURE(batch);
            CHECK(difference < 1e-13);
        }
    }
}
