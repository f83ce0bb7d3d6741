#include "papers/rwkv6.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("rwkv6: the derived gradient agrees with differences") { papers::gradient_agrees<papers::rwkv6>(); }

TEST_CASE("rwkv6: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::rwkv6>("rwkv6", {"last", "s"});
}
