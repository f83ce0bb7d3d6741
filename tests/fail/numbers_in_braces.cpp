// EXPECT: sequences are an xtensor of shape (time, batch, features)
// EXPECT: for numbers in braces xt::xtensor<float, 3>{{{1, 2}, {3, 4}}}
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>

using namespace rondo;

void run(bptt<elman<>>& run)
{
    run.forward({{1, 2}, {3, 4}});  // HERE
}
