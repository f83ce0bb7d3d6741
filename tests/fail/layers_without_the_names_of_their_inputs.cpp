// EXPECT: these layers have inputs with names
#include "../unit/stack/named_layers.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(model<test::gapped>& m, xt::xtensor<float, 3> const& x)
{
    stack net{bptt{m}};
    net.forward(x);  // HERE
}
