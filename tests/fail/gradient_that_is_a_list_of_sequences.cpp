// EXPECT: a list of sequences is for the input of a run
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>

#include <vector>

using namespace rondo;

void run(model<elman<>>& m, std::vector<xt::xtensor<float, 2>> const& list)
{
    bptt run{m};
    run.forward(list);
    run.backward(list);  // HERE
}
