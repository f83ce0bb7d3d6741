#include "papers/lru.hpp"

#include "papers/checked_paper.hpp"

#include <rondo/pass/recurrence_of.hpp>

#include <doctest/doctest.h>

using namespace rondo;

static_assert(recurrence_of<papers::lru> == recurrence_kind::diagonal_linear);

TEST_CASE("lru: the derived gradient agrees with differences") { papers::gradient_agrees<papers::lru>(); }

TEST_CASE("lru: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::lru>("lru", {"re", "im"});
}
