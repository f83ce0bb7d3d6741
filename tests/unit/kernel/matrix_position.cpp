#include "unit/matrix_program.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/kernel/matrix_position.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <numeric>
#include <vector>

namespace matrix_position_test {

using namespace rondo;
using namespace rondo::test;

namespace {

using exe = hand_made<memory_with_reductions<along_cube>>;
using stage_type = stage_exe<exe, 0>;
using sizes_type = exec_internal::sizes<of_heads>;
using frame_type = stage_frame<stage_type, double, sizes_type>;

/// The entries that are loaded at head 1, row 2, columns 3 to the end from a value of shape @p Shape with the
/// entries 0, 1, 2.
template <extents Shape>
std::vector<double> loaded(frame_type const& frame)
{
    std::vector<double> entries(static_cast<std::size_t>(entries_of(frame.sizes, Shape)));
    std::iota(entries.begin(), entries.end(), 0.0);
    vector_position const at{0, 3, frame.features() - 3, 1, 2};
    auto const v = entries_at<Shape, frame_type>::load(frame, entries.data(), at);
    std::vector<double> lanes;
    for (std::ptrdiff_t i = 0; i < std::min(at.valid, lane_count<double>); ++i) {
        lanes.push_back(v.get(static_cast<std::size_t>(i)));
    }
    return lanes;
}

}  // namespace

TEST_CASE("matrix_position: values of fewer dimensions, and in another order, are found by their indices")
{
    stage_memory<stage_type, double, sizes_type> const memory(
        sizes_type(test::head{3}, test::row{4}, test::column{5}), 1);
    auto const frame = memory.frame();
    REQUIRE(stage_type::what.shape == along_cube);
    CHECK(loaded<along_cube>(frame) == std::vector<double>{33, 34});    // (1 * 4 + 2) * 5 + 3
    CHECK(loaded<along_matrix>(frame) == std::vector<double>{13, 14});  // 2 * 5 + 3
    CHECK(loaded<along_columns>(frame) == std::vector<double>{3, 4});
    CHECK(loaded<head_rows>(frame) == std::vector<double>{6, 6});  // 1 * 4 + 2
    CHECK(loaded<along_heads>(frame) == std::vector<double>{1, 1});
    CHECK(loaded<extents{dim_of<column>, dim_of<row>}>(frame) == std::vector<double>{14, 18});  // 3 * 4 + 2
}

TEST_CASE("matrix_position: the vectors of a matrix, one after the other")
{
    stage_memory<stage_type, double, sizes_type> const memory(
        sizes_type(test::head{2}, test::row{3},
                   test::column{static_cast<std::size_t>(lane_count<double>) + 1}),
        1);
    auto const frame = memory.frame();
    CHECK(vector_count(frame) == 2 * 3 * 2);
    vector_position const last = position_of_vector(frame, 7, 11);
    CHECK(last.row == 7);
    CHECK(last.first == 1);
    CHECK(last.second == 2);
    CHECK(last.feature == lane_count<double>);
    CHECK(last.valid == 1);
    CHECK(offset_of_vector(frame, last) == 2 * 3 * (lane_count<double> + 1) - 1);
}

}  // namespace matrix_position_test
