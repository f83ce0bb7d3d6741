#include "papers/lmu.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("lmu: the derived gradient agrees with differences") { papers::gradient_agrees<papers::lmu>(); }

TEST_CASE("lmu: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::lmu>("lmu", {"h", "m"});
}
