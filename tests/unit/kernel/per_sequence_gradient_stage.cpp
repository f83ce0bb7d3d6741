#include "unit/context_cells.hpp"

#include <rondo/kernel/per_sequence_gradient_stage.hpp>
#include <rondo/model/sizes.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

namespace per_sequence_gradient_stage_test {

using namespace rondo;
using namespace rondo::kernel_internal;

namespace {

/// Adds its context to the input.
struct shifting {
    struct given {
        vec<hidden> x;
        per_sequence<vec<hidden>> by;
        RONDO_MEMBERS(x, by);
    };
    constexpr auto operator()(given in) const { return next{}.output(in.x + in.by); }
};

using exe = backward_exe<shifting>;

constexpr std::size_t stage_of_gradient()
{
    std::size_t s = 0;
    while (exe::schedule.stages[static_cast<stage_id>(s)].kind != stage_kind::per_sequence_gradient) {
        ++s;
    }
    return s;
}

}  // namespace

TEST_CASE("per_sequence_gradient_stage: adds the adjoints of the steps of one sequence to its row")
{
    constexpr std::size_t features = 19;  // no multiple of a vector
    constexpr std::size_t batch = 2;
    constexpr std::size_t steps = 3;
    exec_internal::sizes<shifting> const sizes(hidden{features});
    alignas(64) std::array<float, steps * batch * features> dy{};
    for (std::size_t i = 0; i < dy.size(); ++i) {
        dy[i] = static_cast<float>(i);
    }
    alignas(64) std::array<float, batch * 32> sums{};
    sums[32] = 1000;
    context<exe, float> ctx{};
    for (std::size_t a = 0; a < ctx.arrays.size(); ++a) {
        if (schedule_tables<exe>::arrays[a].kind == storage::output_adjoint) {
            ctx.arrays[a] = {dy.data(), features, 0};
        }
    }
    ctx.batch = batch;
    ctx.per_sequence_gradients[0] = {sums.data(), 32, 0};
    run_per_sequence_gradient_stage<stage_exe<exe, stage_of_gradient()>, float>(ctx, sizes,
                                                                                {1, batch, steps});
    for (std::size_t i = 0; i < features; ++i) {
        CHECK(sums[i] == 0);
        float expected = i == 0 ? 1000 : 0;
        for (std::size_t t = 0; t < steps; ++t) {
            expected += dy[(t * batch + 1) * features + i];
        }
        CHECK(sums[32 + i] == expected);
    }
    CHECK(sums[32 + features] == 0);
}

}  // namespace per_sequence_gradient_stage_test
