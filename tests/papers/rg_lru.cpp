#include "papers/rg_lru.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("rg_lru: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::rg_lru>();
}

TEST_CASE("rg_lru: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::rg_lru>("rg_lru", {"h"});
}
