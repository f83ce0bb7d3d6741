// EXPECT: use of deleted function
// EXPECT: borrowed
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>

using namespace rondo;

xt::xtensor<float, 3> next_batch();

void run(bptt<elman<>>& run)
{
    run.forward(borrowed(next_batch()));  // HERE
}
