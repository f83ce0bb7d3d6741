// EXPECT: a list of sequences is for the input of a run
#include <rondo/train/mean_squared_error.hpp>

#include <vector>

using namespace rondo;

double loss(xt::xtensor<float, 3> const& y, std::vector<xt::xtensor<float, 2>> const& list)
{
    return mean_squared_error(y, list);  // HERE
}
