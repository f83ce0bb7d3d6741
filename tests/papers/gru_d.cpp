#include "papers/gru_d.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("gru_d: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::gru_d>(
        [](auto& with) {
            papers::make_binary(with.x["mask"_s]);
            papers::make_positive(with.x["gap"_s]);
        },
        true);
}

TEST_CASE("gru_d: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::gru_d>("gru_d", {"h", "last"});
}
