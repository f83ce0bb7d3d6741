#include "unit/edge_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/run/bptt.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <stdexcept>

using namespace rondo;
using namespace rondo::exec_internal;
using test::difference;
using test::random_run;
using test::results_of;

TEST_CASE_TEMPLATE("checkpointed_run: gradients are equal to the last bit for every budget", Cell, elman<>,
                   lstm<>, gru_reset_after<>, test::peephole, test::reading_out, test::delay_line)
{
    auto const check = [](auto... bound) {
        random_run<Cell, float> const with(157, 3, 6, bound...);
        run_options options{.chunk_rows = 15};
        bptt storing{with.m, options};
        auto const expected = results_of(storing, with);
        std::size_t const all = storing.plan().bytes;
        std::array<int, 3> seen{};
        bptt reused{with.m, options};
        for (std::size_t budget = all;;) {
            options.memory = budget;
            try {
                bptt run{with.m, options};
                auto const found = results_of(run, with);
                CAPTURE(run.plan());
                INFO(test::worst_of(found, expected));
                CHECK(difference(found, expected) == 0);
                CHECK(run.plan().bytes <= budget);
                ++seen[static_cast<std::size_t>(run.plan().strategy)];
                // A second backward after one forward.
                auto const again = test::tensors_of(run.backward(with.dy, {.final = with.dfinal}));
                CHECK(difference(again, {expected.begin() + 1 + state_count<Cell>, expected.end()}) == 0);
                // And a second run.
                CHECK(difference(results_of(run, with), expected) == 0);
                budget = run.plan().bytes - 1;
            } catch (std::invalid_argument const& error) {
                CHECK_THROWS_WITH(plan_memory(with.m, 157, 3, options), error.what());
                break;
            }
        }
        CHECK(seen[0] == 1);
        CHECK(seen[1] > 0);
        CHECK(seen[2] > 0);
    };
    if constexpr (dimensions_of<Cell>::size == 1) {
        check(input{5});
    } else if constexpr (dimensions_of<Cell>::size == 2) {
        check(input{5}, hidden{9});
    } else {
        check(input{5}, hidden{9}, output{3});
    }
}
