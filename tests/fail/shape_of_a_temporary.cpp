// EXPECT: no matching function for call to 'shaped(
// EXPECT: borrowed_range
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>

#include <vector>

using namespace rondo;

std::vector<float> next_samples();

void run(bptt<elman<>>& run)
{
    run.forward(shaped(next_samples(), 4, 2, 3));  // HERE
}
