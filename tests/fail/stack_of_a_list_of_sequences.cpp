// EXPECT: layers take sequences of different lengths as one array with a list of lengths
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/stack.hpp>

#include <vector>

using namespace rondo;

void run(model<elman<>>& m, std::vector<xt::xtensor<float, 2>> const& list)
{
    stack net{bptt{m}};
    net.forward(list);  // HERE
}
