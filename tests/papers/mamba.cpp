#include "papers/mamba.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("mamba: the derived gradient agrees with differences") { papers::gradient_agrees<papers::mamba>(); }

TEST_CASE("mamba: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::mamba>("mamba", {"s"});
}
