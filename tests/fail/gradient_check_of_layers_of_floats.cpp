// EXPECT: the gradient check works in double: make the layers of models in double
#include <rondo/cell/elman.hpp>
#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/stack.hpp>

using namespace rondo;

void check(model<elman<>>& m, xt::xtensor<float, 3> const& x)
{
    stack net{bptt{m}};
    check_gradient(net, x);  // HERE
}
