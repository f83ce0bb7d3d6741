#include "unit/edge_cells.hpp"

#include <rondo/run/forward_sweep.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace forward_sweep_test {

using namespace rondo;
using namespace rondo::exec_internal;
using tested = test::delay_line;  // its output is the input of two steps before

TEST_CASE("forward_sweep: final states of sequences of different lengths, in the caller's order")
{
    model<tested, float> const m{input{1}};
    std::vector<std::ptrdiff_t> const lengths{2, 5, 3};
    time_plan time;
    time.make(lengths_view(lengths), 3);
    // Packed: steps 0 and 1 of all three, step 2 of sequences 1 and 2, the rest of sequence 1.
    std::vector<float> const x{10, 20, 0, 11, 21, 1, 12, 22, 13, 14};
    std::vector<float> y(x.size());
    states_of<tested, float> final;
    forward_pass<forward_exe<tested>, float> pass(m, nullptr, false);
    prologue_pass<tested, float> none;
    chunk_extents const& extents = time.chunks().extents();
    start_sweep<tested, float>(pass, time, {.saved = extents.rows, .states = extents.states, .steps = 0},
                               nullptr, final, none);
    pass.bind({x.data()}, {y.data()});
    for (std::size_t i = 0; i < time.chunks().size(); ++i) {
        run_without_saving(pass, time, i, time.chunks()[i], &final);
    }
    CHECK(y == std::vector<float>{0, 0, 0, 0, 0, 0, 10, 20, 11, 12});
    CHECK(final[0](0, 0) == 1);
    CHECK(final[0](1, 0) == 14);
    CHECK(final[0](2, 0) == 22);
    CHECK(final[1](1, 0) == 13);
}

}  // namespace forward_sweep_test
