// EXPECT: named(...) takes values with names: named("x"_s = x, "mask"_s = mask)
#include <rondo/rondo.hpp>

using namespace rondo;

auto given(xt::xtensor<float, 3> const& x)
{
    return named(x, x);  // HERE
}
