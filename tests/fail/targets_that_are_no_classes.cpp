// EXPECT: the targets of softmax_cross_entropy are the numbers of classes: integers
#include <rondo/train/softmax_cross_entropy.hpp>

using namespace rondo;

double loss(xt::xtensor<float, 3> const& y, xt::xtensor<float, 2> const& targets)
{
    return softmax_cross_entropy(y, targets);  // HERE
}
