#include "papers/mamba2.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("mamba2: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::mamba2>();
}

TEST_CASE("mamba2: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::mamba2>("mamba2", {"s"});
}
