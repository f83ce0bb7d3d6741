// EXPECT: lengths
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>

#include <vector>

using namespace rondo;

void run(bptt<elman<>>& run, xt::xtensor<float, 3> const& x, std::vector<float> const& lengths)
{
    run.forward(x, {.lengths = lengths});  // HERE
}
