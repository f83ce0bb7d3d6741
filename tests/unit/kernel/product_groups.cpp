#include "unit/edge_cells.hpp"

#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/product_groups.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <utility>

namespace product_groups_test {

using namespace rondo;
using namespace rondo::check_internal;

namespace {

/// Every factor of the stage is in one group, at its accumulator; an accumulator is completed once, by the
/// last group that adds to it.
template <class Stage, int Most>
void check_groups()
{
    constexpr auto const& groups = product_groups<Stage, Most>;
    int factors = 0;
    int completed = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        product_group const& group = groups[g];
        CHECK(group.count >= 1);
        CHECK(group.first_accumulator / Most == (group.first_accumulator + group.count - 1) / Most);
        for (int i = 0; i < group.count; ++i, ++factors) {
            int const into = Stage::exe::schedule.factors[group.first_factor + i].into;
            CHECK(into == group.first_accumulator + i);
            CHECK(group.adds_to(into));
        }
        CHECK_FALSE(group.adds_to(group.first_accumulator - 1));
        CHECK_FALSE(group.adds_to(group.first_accumulator + group.count));
        completed += group.completed;
    }
    int expected = 0;
    for (int s = Stage::what.segments.begin; s < Stage::what.segments.end; ++s) {
        expected += Stage::exe::schedule.segments[s].factors.size();
    }
    CHECK(factors == expected);
    if (expected > 0) {
        CHECK(completed == Stage::what.accumulators.size());
    }
}

template <class Exe>
void check_stages()
{
    [&]<std::size_t... S>(std::index_sequence<S...>) {
        ((check_groups<stage_exe<Exe, S>, 1>(), check_groups<stage_exe<Exe, S>, 2>(),
          check_groups<stage_exe<Exe, S>, 4>()),
         ...);
    }(std::make_index_sequence<Exe::schedule.stages.size()>{});
}

}  // namespace

TEST_CASE("product_groups: every product is in one group, and every accumulator is completed once")
{
    check_stages<forward_exe<lstm<>>>();
    check_stages<backward_exe<lstm<>>>();
    check_stages<inference_exe<gru_reset_after<>>>();
    check_stages<forward_exe<test::crowded>>();
    check_stages<backward_exe<test::crowded>>();
}

TEST_CASE("product_groups: the gates of an LSTM fill tiles of two and of four columns")
{
    using exe = forward_exe<lstm<>>;
    using stage_type = stage_exe<exe, exe::schedule.stages.size() - 1>;
    CHECK(accumulators_per_group<stage_type>() == blocking::nr);
    CHECK(product_groups<stage_type, 4>.size() == 1);
    CHECK(product_groups<stage_type, 2>.size() == 2);
    CHECK(product_groups<stage_type, 4>[0].inner == stage_type::what.shape);
}

}  // namespace product_groups_test
