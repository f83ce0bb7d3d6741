#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/context.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

using namespace rondo;
using namespace rondo::kernel_internal;

TEST_CASE("context: a row is found by its stride and by the row that the memory begins with")
{
    std::array<float, 12> memory{};
    rows_of<float> const all{memory.data(), 4, 0};
    CHECK(all.row(2) == memory.data() + 8);
    rows_of<float> const part{memory.data(), 4, 10};
    CHECK(part.row(10) == memory.data());
    CHECK(part.row(12) == memory.data() + 8);
    rows_of<float> const offset{memory.data(), 4, -1};
    CHECK(offset.row(0) == memory.data() + 4);
}

TEST_CASE("context: the arrays of the caller are unpadded")
{
    for (storage const kind :
         {storage::input, storage::output, storage::output_adjoint, storage::input_gradient}) {
        CHECK(is_unpadded(kind));
    }
    for (storage const kind : {storage::saved, storage::carried_in, storage::span, storage::parameter}) {
        CHECK_FALSE(is_unpadded(kind));
    }
}

TEST_CASE("context: has all arrays, panels and parameters of a schedule, none of them set")
{
    using exe = forward_exe<lstm<>>;
    context<exe, float> const ctx;
    CHECK(ctx.arrays.size() == exe::schedule.arrays.size());
    CHECK(ctx.panels.size() == exe::schedule.stages.size());
    CHECK(ctx.parameters.size() > compiled<lstm<>>::shapes.parameters.size());
    for (rows_of<float> const& rows : ctx.arrays) {
        CHECK(rows.data == nullptr);
    }
    CHECK_FALSE(ctx.policy.saved_values_exceed_cache());
}
