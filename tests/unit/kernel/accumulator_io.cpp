#include "unit/lanes.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/accumulator_io.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

namespace accumulator_io_test {

using namespace rondo;
using namespace rondo::check_internal;
using test::lanes_of;

namespace {

using exe = forward_exe<lstm<>>;
using before_loop = stage_exe<exe, test::stage_of_kind<exe>(stage_kind::tile, false)>;
using in_loop = stage_exe<exe, test::stage_of_kind<exe>(stage_kind::tile, true)>;
constexpr std::ptrdiff_t features = 3 * lane_count<double>;

/// Checks where the sums of the first span of @p Stage come from, for a tile of two rows from row 1 on.
template <class Stage>
void check_sources()
{
    using layout = panel_layout<Stage>;
    test::stage_memory<Stage, double, sizes<lstm<>>> const memory(sizes<lstm<>>(input{3}, hidden{features}),
                                                                  4);
    auto const frame = memory.frame();
    aligned_vector<double> sums(
        static_cast<std::size_t>((layout::accumulator_sets * layout::rows + 1) * tile_row_stride<double>));
    accumulator_io io(frame, sums.data(), layout::blocks);
    io.set_tile({1, 0, features}, 2);
    for (product_group const& group : layout::groups) {
        column_pointer_view<double const> const from = io.source(group);
        for (int i = 0; i < group.count; ++i) {
            auto const start =
                accumulator_traits<Stage>::start(static_cast<std::size_t>(group.first_accumulator + i));
            for (int b = 0; b < layout::blocks; ++b) {
                int const column = i * layout::blocks + b;
                for (std::ptrdiff_t r = 0; r < 2; ++r) {
                    double const right = start == no_node ? 0
                                                          : memory.entry(exe::schedule.buffer[start], 1 + r,
                                                                         b * lane_count<double>);
                    CHECK(from.data[column][r * from.row_stride[column]] == right);
                }
            }
        }
    }
    CHECK(memory.is_untouched_outside({0, 0}));
}

}  // namespace

TEST_CASE("accumulator_io: a stage has an epilogue unless it only stores each of its sums once")
{
    CHECK(accumulator_traits<in_loop>::has_epilogue);
    CHECK_FALSE(accumulator_traits<before_loop>::has_epilogue);
}

TEST_CASE("accumulator_io: sums start from zeros, from a bias or from what an array has")
{
    check_sources<before_loop>();
    check_sources<in_loop>();
}

TEST_CASE(
    "accumulator_io: complete sums without an epilogue are stored to their arrays, others to the buffer")
{
    using layout = panel_layout<in_loop>;
    test::stage_memory<before_loop, double, sizes<lstm<>>> const memory(
        sizes<lstm<>>(input{3}, hidden{features}), 4);
    auto const frame = memory.frame();
    aligned_vector<double> sums(static_cast<std::size_t>(
        (panel_layout<before_loop>::accumulator_sets * panel_layout<before_loop>::rows + 1) *
        tile_row_stride<double>));
    accumulator_io direct(frame, sums.data(), panel_layout<before_loop>::blocks);
    direct.set_tile({1, 0, features}, 2);
    product_group const& last = panel_layout<before_loop>::groups.back();
    int const accumulator = last.first_accumulator;
    for (std::size_t s = 0; s < before_loop::store_count; ++s) {
        store const what = before_loop::stored(s);
        if (before_loop::accumulator_of(what.value) == accumulator) {
            CHECK(direct.destination(last).data[0] ==
                  memory.ctx.arrays[static_cast<std::size_t>(what.to)].row(1));
        }
    }

    test::stage_memory<in_loop, double, sizes<lstm<>>> const other(sizes<lstm<>>(input{3}, hidden{features}),
                                                                   4);
    auto const other_frame = other.frame();
    aligned_vector<double> buffer(
        static_cast<std::size_t>((layout::accumulator_sets * layout::rows + 1) * tile_row_stride<double>));
    accumulator_io through(other_frame, buffer.data(), layout::blocks);
    through.set_tile({1, 0, features}, 2);
    product_group const& group = layout::groups[0];
    column_pointer_view<double> const to = through.destination(group);
    to.data[0][0] = 42;
    CHECK(lanes_of(through.sum(0, group.first_accumulator, 0))[0] == 42);
}

}  // namespace accumulator_io_test
