#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"
#include "unit/lanes.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/evaluate.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>

namespace evaluate_test {

using namespace rondo;
using namespace rondo::check_internal;
using test::lanes_of;

namespace {

using exe = forward_exe<lstm<>>;
using stage_type = stage_exe<exe, exe::schedule.stages.size() - 1>;
constexpr std::size_t features = 11;

/// Caches one work item.
struct first_item {
    simd<double> value;
    static constexpr bool has(std::size_t i) { return i == 0; }
    template <std::size_t I>
    simd<double> get() const
    {
        return value;
    }
};

}  // namespace

TEST_CASE("evaluate: each work item is what its node says, in every lane that is a feature")
{
    sizes<lstm<>> const bound(input{3}, hidden{features});
    test::stage_memory<stage_type, double, sizes<lstm<>>> const memory(bound, 4);
    auto const frame = memory.frame();
    constexpr std::ptrdiff_t row = 2;
    for (std::ptrdiff_t first = 0; first < bound[stage_type::what.shape.rows()];
         first += lane_count<double>) {
        vector_position const at{row, first, bound[stage_type::what.shape.rows()] - first};
        auto const sums = [&](int i) {
            std::array<double, simd<double>::size> lanes{};
            for (std::size_t j = 0; j < lanes.size(); ++j) {
                lanes[j] = memory.accumulated(
                    i, row, std::min<std::ptrdiff_t>(first + static_cast<std::ptrdiff_t>(j), features - 1));
            }
            return simd<double>::load_unaligned(lanes.data());
        };
        std::array<simd<double>, stage_type::work_count> values;
        static_for<stage_type::work_count>([&]<std::size_t I>() {
            values[I] = evaluate<I>(frame, at, values, sums, no_cached_values{});
            auto const lanes = lanes_of(values[I]);
            for (std::ptrdiff_t j = 0; j < std::min(lane_count<double>, at.valid); ++j) {
                double const right = memory.value(stage_type::work(I).value, row, first + j);
                CHECK(std::abs(lanes[static_cast<std::size_t>(j)] - right) < 1e-13);
            }
        });
    }
}

TEST_CASE("evaluate: a cached value is not computed")
{
    sizes<lstm<>> const bound(input{3}, hidden{features});
    test::stage_memory<stage_type, double, sizes<lstm<>>> const memory(bound, 1);
    std::array<simd<double>, stage_type::work_count> const values{};
    auto const got =
        evaluate<0>(memory.frame(), {0, 0, 1}, values, no_products{}, first_item{simd<double>(7.0)});
    CHECK(lanes_of(simd<double>(got))[0] == 7);
}

TEST_CASE("evaluate: weights used elementwise")
{
    test::gradient_agrees<test::peephole>();
    test::float_agrees<test::peephole>();
}

TEST_CASE("evaluate: relu")
{
    test::gradient_agrees<test::rectified>(true);
    test::float_agrees<test::rectified>();
}

TEST_CASE("evaluate: abs inside and outside the loop")
{
    test::gradient_agrees<test::folded>(true);
    test::float_agrees<test::folded>();
}

}  // namespace evaluate_test
