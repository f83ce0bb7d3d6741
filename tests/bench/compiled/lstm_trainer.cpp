// The compile cost of a program that trains a model.
#include <rondo/rondo.hpp>

void step(rondo::model<rondo::lstm<>>& m, xt::xtensor<float, 3> const& x, xt::xtensor<float, 3> const& dy)
{
    rondo::bptt run{m};
    rondo::sgd<float> descent{{.rate = 0.1}};
    run.forward(x);
    descent.update(m.parameters().flat(), run.backward(dy).parameters.flat());
}
