// EXPECT: by a literal with the suffix _s
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>

#include <string>

using namespace rondo;

void fill(bptt<elman<>>& run, std::string const& name)
{
    run.last_gradients().parameters[name].fill(1);  // HERE
}
