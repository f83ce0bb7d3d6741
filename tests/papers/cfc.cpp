#include "papers/cfc.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("cfc: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::cfc>([](auto& with) { papers::make_positive(with.x["gap"_s]); });
}

TEST_CASE("cfc: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::cfc>("cfc", {"h"});
}
