#include "unit/random_run.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/exec/workspace.hpp>
#include <rondo/kernel/run_rows.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace run_rows_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

using exe = forward_exe<lstm<>>;
using products_with_input = stage_exe<exe, 0>;
static_assert(products_with_input::what.kind == stage_kind::tile && !products_with_input::what.where.is_loop);

/// The results of a time-parallel stage of products, run on the rows from each of @p cuts to the next.
std::vector<float> run_in_pieces(test::random_run<lstm<>, float> const& with,
                                 std::vector<std::ptrdiff_t> const& cuts)
{
    auto const& bound = with.m.bound();
    workspace<exe, float> memory;
    memory.resize(bound, {.states = 2, .saved = 1, .span = cuts.back(), .step = 1}, 0);
    memory.pack(bound, with.m.parameters());
    memory.bind_array(storage::input, 0, with.x.data(),
                      bound[compiled<lstm<>>::shapes.inputs[0].shape.rows()]);
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        run_rows<products_with_input, float>(memory.ctx, bound, {cuts[i], cuts[i + 1]}, {});
    }
    std::vector<float> stored;
    for (std::size_t s = 0; s < products_with_input::store_count; ++s) {
        auto const number = static_cast<std::size_t>(products_with_input::stored(s).to);
        rows_of<float> const& to = memory.ctx.arrays[number];
        stored.insert(stored.end(), to.data, to.data + cuts.back() * to.row_stride);
    }
    return stored;
}

}  // namespace

TEST_CASE("run_rows: a time-parallel stage of products gives equal bits for any division of its rows")
{
    test::random_run<lstm<>, float> const with(300, 1, 3, input{7}, hidden{37});
    std::vector<float> const all = run_in_pieces(with, {0, 300});
    auto const filled_up = 300 * 4 * (round_up_to_lanes<float>(37) - 37);
    CHECK(std::count(all.begin(), all.end(), 0.0F) <= filled_up);
    CHECK(run_in_pieces(with, {0, 1, 2, 130, 300}) == all);
    CHECK(run_in_pieces(with, {0, blocking::phase_mc, 2 * blocking::phase_mc, 300}) == all);
    CHECK(run_in_pieces(with, {0, blocking::phase_mc + 1, 300}) == all);
}

}  // namespace run_rows_test
