#include "unit/matrix_program.hpp"

#include <rondo/kernel/matrix_levels.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace matrix_levels_test {

using namespace rondo;
using namespace rondo::test;

namespace {

using exe = hand_made<memory_with_reductions<along_cube>>;
using stage_type = stage_exe<exe, 0>;
using levels = matrix_levels<stage_type>;

/// The level of the only item that is an input with index @p input.
constexpr std::size_t item_of_input(int input)
{
    std::size_t i = 0;
    while (exe::program.nodes[stage_type::work(i).value].opcode != op::input ||
           exe::program.nodes[stage_type::work(i).value].index != input) {
        ++i;
    }
    return i;
}

}  // namespace

TEST_CASE("matrix_levels: a value is computed as often as its dimensions say")
{
    CHECK(levels::of(item_of_input(0)) == matrix_level::outer);   // along heads
    CHECK(levels::of(item_of_input(1)) == matrix_level::inner);   // along heads and rows
    CHECK(levels::of(item_of_input(2)) == matrix_level::vector);  // along heads and columns
    CHECK_FALSE(levels::varies_by_row(item_of_input(2)));
    CHECK(levels::varies_by_row(item_of_input(1)));
    CHECK_FALSE(levels::varies_by_row(item_of_input(3)));  // along columns
    for (std::size_t i = 0; i < stage_type::work_count; ++i) {
        node const& n = exe::program.nodes[stage_type::work(i).value];
        if (n.opcode == op::broadcast) {  // as often as what it repeats
            CHECK(levels::of(i) == levels::of(stage_type::position(n.a)));
        }
    }
}

TEST_CASE("matrix_levels: inner rows are taken together where registers allow it")
{
    CHECK((levels::inner_rows == 1 || levels::inner_rows == 2 || levels::inner_rows == 4));
    using sums = stage_exe<hand_made<running_and_transposed<along_matrix>>, 0>;
    CHECK(matrix_levels<sums>::inner_rows == 1);  // each row of running sums needs the one before
}

}  // namespace matrix_levels_test
