#include "unit/checked_cell.hpp"
#include "unit/sample_cells.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/kernel/elementwise_stage.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <utility>

using namespace rondo;
using namespace rondo::check_internal;

namespace rondo::test {

/// A step with a sum over its input.
struct added {
    bias<hidden> share;
    RONDO_MEMBERS(share);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{0.5 * h + sum(x) * share}; }
};

}  // namespace rondo::test

namespace {

/// Runs every stage without products of @p Exe on rows 1 to 3 of five.
template <class Exe>
void check_stages(std::size_t features)
{
    using sizes_type = sizes<typename Exe::cell_type>;
    auto const check = [&]<std::size_t S>() {
        using stage_type = stage_exe<Exe, S>;
        if constexpr (stage_type::what.kind == stage_kind::elementwise) {
            CAPTURE(S);
            test::stage_memory<stage_type, double, sizes_type> memory(sizes_type(input{2}, hidden{features}),
                                                                      5);
            run_elementwise_stage<stage_type, double>(memory.ctx, memory.sizes, {1, 4});
            CHECK(memory.difference({1, 4}) < 1e-11);
            CHECK(memory.is_untouched_outside({1, 4}));
        }
    };
    static_for<Exe::schedule.stages.size()>(check);
}

}  // namespace

TEST_CASE("elementwise_stage: stores what the stage's formulas say, entries and sums over rows")
{
    for (std::size_t const features : {1U, 8U, 19U}) {
        CAPTURE(features);
        check_stages<forward_exe<test::measuring>>(features);
        check_stages<backward_exe<test::measuring>>(features);
    }
}

TEST_CASE("elementwise_stage: a sum of a million entries keeps its accuracy")
{
    constexpr std::size_t entries = 1'000'000;
    model<test::added> m{input{entries}, hidden{1}};
    m.parameters().flat()[0] = 1;
    xt::xtensor<float, 3> const x = xt::ones<float>({std::size_t{1}, std::size_t{1}, entries}) * 0.1F;
    bptt run{m};
    double const expected = static_cast<double>(0.1F) * entries;
    CHECK(std::abs(static_cast<double>(run.infer(x)(0, 0, 0)) - expected) < 5e-5 * expected);
}

TEST_CASE("elementwise_stage: sums of products and of other values")
{
    test::gradient_agrees<test::measuring>();
    test::float_agrees<test::measuring>();
}

TEST_CASE("elementwise_stage: a sum of values that depend on a scalar of the same step")
{
    test::gradient_agrees<test::gauging>();
    test::float_agrees<test::gauging>();
}
