#include "papers/phased_lstm.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("phased_lstm: the derived gradient agrees with differences")
{
    papers::gradient_agrees<papers::phased_lstm>(
        [](auto& with) {
            papers::make_positive(with.m["period"_s]);
            papers::make_positive(with.m["open"_s]);
        },
        true);
}

TEST_CASE("phased_lstm: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::phased_lstm>("phased_lstm", {"h", "c"});
}
