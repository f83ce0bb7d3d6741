// EXPECT: a loss takes outputs that are vectors, and its gradient is an xt::xtensor<T, 3>
#include <rondo/train/mean_squared_error.hpp>

using namespace rondo;

double loss(xt::xtensor<float, 4> const& y, xt::xtensor<float, 4> const& targets, xt::xtensor<float, 4>& dy)
{
    return mean_squared_error(y, targets, dy);  // HERE
}
