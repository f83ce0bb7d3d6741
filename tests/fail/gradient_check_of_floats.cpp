// EXPECT: the gradient check works in double: make a model<cell, double>
#include <rondo/cell/elman.hpp>
#include <rondo/check/gradient_check.hpp>

using namespace rondo;

void check(model<elman<>>& m, xt::xtensor<float, 3> const& x, states_of<elman<>, float> const& h)
{
    check_gradient(m, x, h);  // HERE
}
