// EXPECT: clip_global_norm scales the gradients, and these are const
// EXPECT: run.last_gradients()
#include <rondo/rondo.hpp>

using namespace rondo;

double clipped(bptt<lstm<>, float>& run, xt::xtensor<float, 3> const& dy)
{
    return clip_global_norm(run.backward(dy).parameters.flat(), 1.0);  // HERE
}
