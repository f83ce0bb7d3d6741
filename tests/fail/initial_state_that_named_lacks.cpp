// EXPECT: named(...) lacks a state of this cell
// EXPECT: name<'h'>
#include "../unit/named_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(bptt<test::named_lstm>& r, xt::xtensor<float, 3> const& x, xt::xtensor<float, 2> const& h)
{
    r.forward(x, {.initial = named("h"_s = h)});  // HERE
}
