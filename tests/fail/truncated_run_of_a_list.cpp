// EXPECT: a truncated_bptt takes sequences of one length, as one array of (time, batch, input)
#include <rondo/cell/elman.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <vector>

using namespace rondo;

void run(truncated_bptt<elman<>>& run, std::vector<xt::xtensor<float, 2>> const& list)
{
    run.forward(list);  // HERE
}
