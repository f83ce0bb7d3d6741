#include "papers/spiking.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("spiking: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::spiking<true>>();
}

TEST_CASE("spiking: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::spiking<>>("spiking", {"current", "potential"});
}
