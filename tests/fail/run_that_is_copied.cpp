// EXPECT: use of deleted function
// EXPECT: bptt<
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>

using namespace rondo;

bptt<elman<>> copied(bptt<elman<>> const& run)
{
    return run;  // HERE
}
