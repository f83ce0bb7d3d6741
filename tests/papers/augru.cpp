#include "papers/augru.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("augru: the derived gradient agrees with differences") { papers::gradient_agrees<papers::augru>(); }

TEST_CASE("augru: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::augru>("augru", {"h"});
}
