// EXPECT: this cell has no input or output of this name
// EXPECT: name<'m', 'a', 's', 'c'>
#include "../unit/named_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(bptt<test::observing>& r, xt::xtensor<float, 3> const& x)
{
    r.forward(named("x"_s = x, "masc"_s = x, "gap"_s = x));  // HERE
}
