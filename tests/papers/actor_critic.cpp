#include "papers/actor_critic.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("actor_critic: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::actor_critic>();
}

TEST_CASE("actor_critic: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::actor_critic>("actor_critic", {"h", "c"});
}
