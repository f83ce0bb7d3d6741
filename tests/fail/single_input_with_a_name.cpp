// EXPECT: this cell has one input or output, which has no name: pass the array without named(...)
#include <rondo/rondo.hpp>

using namespace rondo;

void run(bptt<lstm<>>& r, xt::xtensor<float, 3> const& x)
{
    r.forward(named("x"_s = x));  // HERE
}
