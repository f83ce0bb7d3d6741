// EXPECT: named(...) lacks an input of these layers
#include "../unit/stack/named_layers.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(model<elman<>>& m, model<test::gapped>& n, xt::xtensor<float, 3> const& x)
{
    stack net{bptt{m}, bptt{n}};
    net.forward(named("x"_s = x));  // HERE
}
