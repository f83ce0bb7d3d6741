#include "papers/gla.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("gla: the derived gradient agrees with differences") { papers::gradient_agrees<papers::gla>(); }

TEST_CASE("gla: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::gla>("gla", {"s"});
}
