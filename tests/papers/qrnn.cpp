#include "papers/qrnn.hpp"

#include "papers/checked_paper.hpp"

#include <rondo/pass/recurrence_of.hpp>

#include <doctest/doctest.h>

using namespace rondo;

static_assert(recurrence_of<papers::qrnn> == recurrence_kind::diagonal_linear);

TEST_CASE("qrnn: the derived gradient agrees with differences") { papers::gradient_agrees<papers::qrnn>(); }

TEST_CASE("qrnn: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::qrnn>("qrnn", {"c", "last"});
}
