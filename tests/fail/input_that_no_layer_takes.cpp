// EXPECT: no layer takes an input of this name
#include "../unit/stack/named_layers.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(model<test::gapped>& m, model<elman<>>& n, xt::xtensor<float, 3> const& x)
{
    stack net{bptt{m}, bptt{n}};
    net.forward(named("x"_s = x, "gap"_s = x, "mask"_s = x));  // HERE
}
