#include "papers/slstm.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("slstm: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::slstm>([](auto& with) { papers::make_positive(with.initial[2]); });
}

TEST_CASE("slstm: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::slstm>("slstm", {"h", "c", "n", "m"});
}
