#include "papers/zoneout_gru.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("zoneout_gru: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::zoneout_gru>([](auto& with) { papers::make_binary(with.x["kept"_s]); });
}

TEST_CASE("zoneout_gru: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::zoneout_gru>("zoneout_gru", {"h"});
}
