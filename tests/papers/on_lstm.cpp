#include "papers/on_lstm.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("on_lstm: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::on_lstm>();
}

TEST_CASE("on_lstm: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::on_lstm>("on_lstm", {"h", "c"});
}
