// EXPECT: a list of sequences is for forward() and infer() of a bptt
#include <rondo/cell/elman.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <vector>

using namespace rondo;

void run(truncated_bptt<elman<>>& run, std::vector<xt::xtensor<float, 2>> const& list)
{
    run.forward(list);  // HERE
}
