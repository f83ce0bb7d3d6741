// EXPECT: named(...) lacks an input or output of this cell
// EXPECT: name<'g', 'a', 'p'>
#include "../unit/named_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(bptt<test::observing>& r, xt::xtensor<float, 3> const& x)
{
    r.forward(named("x"_s = x, "mask"_s = x));  // HERE
}
