#include "unit/stage_memory.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/epilogue.hpp>
#include <rondo/kernel/store_values.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

namespace store_values_test {

using namespace rondo;
using namespace rondo::check_internal;

namespace {

using exe = forward_exe<lstm<>>;
using stage_type = stage_exe<exe, exe::schedule.stages.size() - 1>;
static_assert(stage_type::store_count > 1);
constexpr std::size_t features = 2 * simd<double>::size + 1;

/// Stores the work items whose index is below @p N.
template <std::size_t N>
struct below {
    static constexpr bool is_stored(std::size_t i) { return i < N; }
};

using memory_type = test::stage_memory<stage_type, double, sizes<lstm<>>>;

/// Values of work items: their index plus one.
auto numbered()
{
    std::array<simd<double>, stage_type::work_count> values;
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = simd<double>(static_cast<double>(i + 1));
    }
    return values;
}

/// Checks what row @p row of the stores of items below @p limit has, from the vector @p at on.
void check_stores(memory_type const& memory, vector_position at, std::size_t limit)
{
    for (std::size_t s = 0; s < stage_type::store_count; ++s) {
        store const what = stage_type::stored(s);
        rows_of<double> const& to = memory.ctx.arrays[static_cast<std::size_t>(what.to)];
        std::size_t const item = stage_type::position(what.value);
        for (std::ptrdiff_t f = 0; f < static_cast<std::ptrdiff_t>(features); ++f) {
            bool const inside = f >= at.feature && f < at.feature + lane_count<double> && item < limit;
            double const before = memory.entry(what.to, at.row, f);
            CHECK(to.row(at.row)[f] == (inside ? static_cast<double>(item + 1) : before));
        }
    }
}

}  // namespace

TEST_CASE("store_values: writes one vector of one row to the arrays of the stage, whole or in part")
{
    sizes<lstm<>> const bound(input{3}, hidden{features});
    for (std::ptrdiff_t feature = 0; feature < static_cast<std::ptrdiff_t>(features);
         feature += lane_count<double>) {
        memory_type const memory(bound, 3);
        vector_position const at{1, feature, static_cast<std::ptrdiff_t>(features) - feature};
        prefetch_stores(memory.frame(), at);
        store_values<whole_epilogue>(memory.frame(), at, numbered());
        check_stores(memory, at, stage_type::work_count);
        CHECK(memory.is_untouched_outside({1, 2}));
    }
}

TEST_CASE("store_values: writes the items of its wave only")
{
    sizes<lstm<>> const bound(input{3}, hidden{features});
    constexpr std::size_t limit = stage_type::position(stage_type::stored(0).value) + 1;
    memory_type const memory(bound, 2);
    vector_position const at{0, 0, static_cast<std::ptrdiff_t>(features)};
    store_values<below<limit>>(memory.frame(), at, numbered());
    check_stores(memory, at, limit);
}

}  // namespace store_values_test
