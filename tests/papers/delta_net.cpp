#include "papers/delta_net.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("delta_net: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::delta_net>();
    papers::gradient_agrees<papers::gated_delta_net>();
}

TEST_CASE("delta_net: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::delta_net>("delta_net", {"s"});
    papers::agrees_with_torch<papers::gated_delta_net>("gated_delta_net", {"s"});
}
