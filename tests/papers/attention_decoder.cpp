#include "papers/attention_decoder.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("attention_decoder: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::attention_decoder>("attention_decoder", {"h"});
}
