// EXPECT: shaped(numbers, time, batch, features)
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>

#include <vector>

using namespace rondo;

void run(bptt<elman<>>& run, std::vector<std::vector<float>> const& steps)
{
    run.infer(steps);  // HERE
}
