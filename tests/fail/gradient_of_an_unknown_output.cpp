// EXPECT: this cell has no input or output of this name
// EXPECT: name<'v', 'a', 'l', 'u', 'e'>
#include "../unit/named_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(bptt<test::observing>& r, xt::xtensor<float, 3> const& dy)
{
    r.backward(named("value"_s = dy));  // HERE
}
