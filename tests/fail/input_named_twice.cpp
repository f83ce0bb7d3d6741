// EXPECT: named(...) takes each name once
#include <rondo/rondo.hpp>

using namespace rondo;

auto given(xt::xtensor<float, 3> const& x)
{
    return named("x"_s = x, "x"_s = x);  // HERE
}
