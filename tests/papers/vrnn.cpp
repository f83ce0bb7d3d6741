#include "papers/vrnn.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("vrnn: the derived gradient agrees with differences") { papers::gradient_agrees<papers::vrnn>(); }

TEST_CASE("vrnn: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::vrnn>("vrnn", {"h"});
}
