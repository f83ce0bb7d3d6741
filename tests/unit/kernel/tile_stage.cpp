#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/tile_stage.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace rondo;
using namespace rondo::check_internal;

namespace {

/// Runs the first stage of products of @p Exe on some rows of ten, for several sizes and numbers of rows.
template <class Exe, bool InLoop, class T>
void check_products(double tolerance)
{
    using stage_type = stage_exe<Exe, test::stage_of_kind<Exe>(stage_kind::tile, InLoop)>;
    using sizes_type = sizes<typename Exe::cell_type>;
    constexpr auto w = static_cast<std::size_t>(lane_count<T>);
    for (std::size_t const features : {std::size_t{1}, w - 1, 2 * w, 5 * w + 3}) {
        for (index_range const rows : {index_range{0, 1}, index_range{2, 5}, index_range{1, 24}}) {
            CAPTURE(features);
            CAPTURE(rows.end);
            test::stage_memory<stage_type, T, sizes_type> memory(sizes_type(input{3}, hidden{features}), 25);
            run_tile_stage<stage_type, T>(memory.ctx, memory.sizes, rows);
            CHECK(memory.difference(rows) < tolerance);
            CHECK(memory.is_untouched_outside(rows));
        }
    }
}

}  // namespace

TEST_CASE("tile_stage: stores what the stage's formulas say, with and without an epilogue, and nothing else")
{
    check_products<forward_exe<lstm<>>, true, double>(1e-13);
    check_products<forward_exe<lstm<>>, true, float>(1e-5);
    check_products<forward_exe<lstm<>>, false, double>(1e-13);
    check_products<inference_exe<gru_reset_after<>>, true, double>(1e-13);
    check_products<backward_exe<lstm<>>, true, double>(1e-12);
}

TEST_CASE("tile_stage: more sums of products than a tile is wide, every function")
{
    test::gradient_agrees<test::crowded>();
    test::float_agrees<test::crowded>();
}

TEST_CASE("tile_stage: one matrix twice in a sum, with two operands")
{
    test::gradient_agrees<test::reading_out>();
    test::float_agrees<test::reading_out>();
}
