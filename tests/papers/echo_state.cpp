#include "papers/echo_state.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("echo_state: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::echo_state>();
}

TEST_CASE("echo_state: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::echo_state>("echo_state", {"h"});
}
