// EXPECT: shaped(numbers, time, batch, features)
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>

using namespace rondo;

void run(bptt<elman<>>& run)
{
    float dy[2][1][3] = {};
    run.backward(dy);  // HERE
}
