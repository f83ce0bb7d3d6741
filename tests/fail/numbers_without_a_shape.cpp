// EXPECT: for numbers in a vector, a span or behind a pointer write shaped(numbers, time, batch, features)
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>

#include <vector>

using namespace rondo;

void run(bptt<elman<>>& run, std::vector<float> const& x)
{
    run.forward(x);  // HERE
}
