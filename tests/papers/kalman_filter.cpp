#include "papers/kalman_filter.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("kalman_filter: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::kalman_filter>();
}

TEST_CASE("kalman_filter: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::kalman_filter>("kalman_filter", {"state"});
}
