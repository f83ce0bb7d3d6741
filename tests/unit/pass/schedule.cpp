#include <rondo/pass/schedule.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <type_traits>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

/// Whether every index of a list of @p capacity fits into Index, and so does the size.
template <class Index>
constexpr bool counts(std::size_t capacity)
{
    return capacity <= static_cast<std::size_t>(std::numeric_limits<Index>::max());
}
static_assert(counts<stage_id>(max_stages));
static_assert(counts<array_id>(max_arrays));
static_assert(counts<entry_id>(max_products) && counts<entry_id>(max_work_items));
static_assert(counts<entry_id>(max_stores) && counts<entry_id>(max_gradient_parts));
static_assert(no_stage < 0 && no_array < 0);

// A schedule is a constant, and its tables are copied into programs.
static_assert(std::is_trivially_copyable_v<stage> && std::is_trivially_copyable_v<section>);
static_assert(std::is_trivially_copyable_v<array> && std::is_trivially_copyable_v<array_use>);

}  // namespace

TEST_CASE("schedule: an empty one has no stages, and no loop is all there is")
{
    constexpr schedule empty{};
    CHECK(empty.stages.empty());
    CHECK(empty.sections.empty());
    CHECK_FALSE(empty.is_single_loop);
}

TEST_CASE("schedule: stages of gradients add up over rows, the others do not")
{
    auto const reduces = [](stage_kind kind) { return stage{.kind = kind}.is_reduction(); };
    CHECK(reduces(stage_kind::bias_gradient));
    CHECK(reduces(stage_kind::weight_gradient));
    CHECK_FALSE(reduces(stage_kind::tile));
    CHECK_FALSE(reduces(stage_kind::elementwise));
    CHECK_FALSE(reduces(stage_kind::scan));
}

TEST_CASE("schedule: ranges are half open")
{
    CHECK(range{3, 5}.size() == 2);
    CHECK(range{}.size() == 0);
    CHECK(stage_range{1, 2}.size() == 1);
}

TEST_CASE("schedule: arrays differ by storage, index and dimension")
{
    array const h{storage::carried_in, 0, 1};
    CHECK(h == array{storage::carried_in, 0, 1});
    CHECK(h != array{storage::carried_out, 0, 1});
    CHECK(h != array{storage::carried_in, 1, 1});
    CHECK(h != array{storage::carried_in, 0, 2});
}
