#include "papers/slstm_heads.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("slstm_heads: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::slstm_heads>([](auto& with) { papers::make_positive(with.initial[2]); });
}

TEST_CASE("slstm_heads: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::slstm_heads>("slstm_heads", {"h", "c", "n", "m"});
}
