#include "unit/sample_cells.hpp"

#include <rondo/cell/min_gru.hpp>
#include <rondo/exec/stage_functions.hpp>
#include <rondo/model/model.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

/// Whether every stage has a function in one table, that of its kind.
template <class Exe>
bool each_stage_has_one_function()
{
    using sizes = typename model<typename Exe::cell_type, float>::sizes_type;
    auto const& stages = schedule_tables<Exe>::stages;
    bool right = stages.size() > 0;
    for (std::size_t s = 0; s < stages.size(); ++s) {
        bool const scans = scan_functions<Exe, float, sizes>[s] != nullptr;
        bool const reduces = reduction_functions<Exe, float, sizes>[s] != nullptr;
        bool const rows = row_functions<Exe, float, sizes>[s] != nullptr;
        right = right && scans == (stages[s].kind == stage_kind::scan) &&
                reduces == stages[s].is_reduction() && rows == !(scans || reduces);
    }
    return right;
}

}  // namespace

TEST_CASE("stage_functions: every stage has the function of its kind and no other")
{
    CHECK(each_stage_has_one_function<forward_exe<lstm<>>>());
    CHECK(each_stage_has_one_function<backward_exe<lstm<>>>());
    CHECK(each_stage_has_one_function<forward_exe<min_gru<>>>());
    CHECK(each_stage_has_one_function<backward_exe<min_gru<>>>());
}
