#include "papers/mlstm.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("mlstm: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::mlstm>([](auto& with) { papers::make_positive(with.initial[1]); }, true);
}

TEST_CASE("mlstm: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::mlstm>("mlstm", {"c", "n", "m"});
}
