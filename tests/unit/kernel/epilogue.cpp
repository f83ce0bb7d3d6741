#include "unit/lanes.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/epilogue.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace epilogue_test {

using namespace rondo;
using namespace rondo::check_internal;

namespace {

using exe = forward_exe<lstm<>>;
using stage_type = stage_exe<exe, exe::schedule.stages.size() - 1>;
constexpr std::ptrdiff_t features = 2 * lane_count<double> + 3;
constexpr std::ptrdiff_t rows = 5;
using memory_type = test::stage_memory<stage_type, double, sizes<lstm<>>>;

/// The sums of accumulators at @p at.
auto sums_at(memory_type const& memory, vector_position at)
{
    return [&memory, at](int i) {
        std::array<double, simd<double>::size> lanes{};
        for (std::ptrdiff_t j = 0; j < lane_count<double>; ++j) {
            lanes[static_cast<std::size_t>(j)] =
                memory.accumulated(i, at.row, std::min(at.feature + j, features - 1));
        }
        return simd<double>::load_unaligned(lanes.data());
    };
}

}  // namespace

TEST_CASE("epilogue: a whole epilogue stores what the stage's formulas say")
{
    memory_type const memory(sizes<lstm<>>(input{3}, hidden{features}), rows);
    auto const frame = memory.frame();
    for (std::ptrdiff_t row = 0; row < rows; ++row) {
        for (std::ptrdiff_t f = 0; f < features; f += lane_count<double>) {
            vector_position const at{row, f, features - f};
            run_epilogue<whole_epilogue>(frame, at, sums_at(memory, at));
        }
    }
    CHECK(memory.difference({0, rows}) < 1e-13);
}

TEST_CASE("epilogue: in waves over all vectors it has the same bits")
{
    memory_type const whole(sizes<lstm<>>(input{3}, hidden{features}), rows);
    memory_type const waves(sizes<lstm<>>(input{3}, hidden{features}), rows);
    auto const frame = whole.frame();
    auto const frame_of_waves = waves.frame();
    static_assert(epilogue_waves<stage_type>::count > 1);
    for (std::ptrdiff_t f = 0; f < features; f += lane_count<double>) {
        for (std::ptrdiff_t row = 0; row < rows; ++row) {
            vector_position const at{row, f, features - f};
            run_epilogue<whole_epilogue>(frame, at, sums_at(whole, at));
        }
        spill_buffer<stage_type, double, rows> spills;
        for_each_wave<stage_type, 0>([&](auto wave) {
            for (std::ptrdiff_t row = 0; row < rows; ++row) {
                vector_position const at{row, f, features - f};
                run_epilogue<epilogue_wave<stage_type, wave>>(frame_of_waves, at, sums_at(waves, at),
                                                              no_cached_values{}, spills, row);
            }
        });
    }
    CHECK(whole.arrays == waves.arrays);
}

TEST_CASE("epilogue: returns the values of all work items")
{
    memory_type const memory(sizes<lstm<>>(input{3}, hidden{features}), rows);
    vector_position const at{1, 0, features};
    auto const values = run_epilogue<whole_epilogue>(memory.frame(), at, sums_at(memory, at));
    for (std::size_t i = 0; i < values.size(); ++i) {
        double const right = memory.value(stage_type::work(i).value, 1, 0);
        CHECK(test::lanes_of(values[i])[0] == doctest::Approx(right).epsilon(1e-12));
    }
}

}  // namespace epilogue_test
