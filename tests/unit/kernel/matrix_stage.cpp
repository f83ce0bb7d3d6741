#include "unit/matrix_program.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/kernel/run_rows.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace matrix_stage_test {

using namespace rondo;
using namespace rondo::test;

namespace {

/// Runs every stage of @p Exe on rows 1 to 3 of five.
template <class Exe, class T>
void check_stages(std::size_t heads, std::size_t rows, std::size_t columns, double tolerance)
{
    using sizes_type = exec_internal::sizes<of_heads>;
    sizes_type const bound(head{heads}, row{rows}, column{columns});
    int matrix_stages = 0;
    static_for<Exe::schedule.stages.size()>([&]<std::size_t S>() {
        using stage_type = stage_exe<Exe, S>;
        if constexpr (!stage_type::what.is_reduction() && stage_type::what.kind != stage_kind::scan) {
            CAPTURE(S);
            stage_memory<stage_type, T, sizes_type> memory(bound, 5);
            run_rows<stage_type, T>(memory.ctx, memory.sizes, {1, 4}, {});
            CHECK(memory.difference({1, 4}) < tolerance);
            CHECK(memory.is_untouched_outside({1, 4}));
            matrix_stages += stage_type::what.shape.is_matrix() ? 1 : 0;
        }
    });
    CHECK(matrix_stages > 0);
}

template <class Exe>
void check_sizes()
{
    for (std::size_t const rows : {1U, 4U, 7U}) {
        for (std::size_t const columns : {1U, 8U, 19U}) {
            CAPTURE(rows);
            CAPTURE(columns);
            check_stages<Exe, double>(3, rows, columns, 1e-12);
        }
    }
}

}  // namespace

TEST_CASE("matrix_stage: a new matrix and its reductions over every subset of dimensions")
{
    check_sizes<hand_made<memory_with_reductions<along_matrix>>>();
    check_sizes<hand_made<memory_with_reductions<along_cube>>>();
    check_stages<hand_made<memory_with_reductions<along_cube>>, float>(2, 9, 21, 1e-5);
}

TEST_CASE("matrix_stage: running sums along every dimension from both ends, and transposed matrices")
{
    // check_sizes<hand_made<running_and_transposed<along_matrix>>>();
    // check_sizes<hand_made<running_and_transposed<along_cube>>>();
}

}  // namespace matrix_stage_test
