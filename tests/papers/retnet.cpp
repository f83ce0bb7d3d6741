#include "papers/retnet.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("retnet: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::retnet>();
}

TEST_CASE("retnet: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::retnet>("retnet", {"re", "im"});
}
