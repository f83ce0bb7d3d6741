// EXPECT: this cell has inputs or outputs with names: pass their sequences as named("x"_s = x, "mask"_s =
// mask)
#include "../unit/named_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(bptt<test::observing>& r, xt::xtensor<float, 3> const& x)
{
    r.forward(x);  // HERE
}
