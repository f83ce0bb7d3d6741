#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/stage_frame.hpp>
#include <rondo/model/sizes.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace rondo;
using namespace rondo::check_internal;

TEST_CASE("stage_frame: has a copy of the context, which later changes do not reach")
{
    using exe = forward_exe<lstm<>>;
    using last = stage_exe<exe, exe::schedule.stages.size() - 1>;
    sizes<lstm<>> const bound(input{3}, hidden{5});
    std::array<float, 8> memory{};
    context<exe, float> ctx;
    ctx.arrays[0].data = memory.data();
    stage_frame<last, float, sizes<lstm<>>> const frame{ctx, bound};
    ctx.arrays[0].data = nullptr;
    CHECK(frame.ctx.arrays[0].data == memory.data());
    CHECK(&frame.sizes == &bound);
    CHECK(frame.features() == 5);
}
