// EXPECT: a class of yours has no step
#include <rondo/cell/elman.hpp>
#include <rondo/stack/stack_stream.hpp>

using namespace rondo;

struct halving {
    using value_type = float;
    xt::xtensor<float, 3> y;

    xt::xtensor<float, 3> const& forward(xt::xtensor<float, 3> const& x, layer_arguments const& = {})
    {
        return y = x / 2;
    }
    xt::xtensor<float, 3> const& infer(xt::xtensor<float, 3> const& x, layer_arguments const& = {})
    {
        return y = x / 2;
    }
    input_gradient<float> backward(xt::xtensor<float, 3> const& dy)
    {
        y = dy / 2;
        return {y};
    }
};

void play(model<elman<>>& m)
{
    stack net{bptt{m}, halving{}};
    stream live{net};  // HERE
}
