#include "papers/attention_decoder.hpp"

#include "papers/checked_paper.hpp"

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("attention_decoder: the derived gradient agrees with differences")
{
    test::random_run<papers::attention_decoder, double> with(
        4, 2, 1, input{3}, hidden{2}, papers::annotation{2}, papers::alignment{3}, papers::source{5});
    papers::make_positive(with.x["mask"_s], 0.75);  // one source step of each sequence counts at least
    gradient_report const report = check_gradient(with.m, with.x, with.initial);
    INFO(report);
    CHECK(report.agrees());  // but for the mask, which is compared with 0.5
}

TEST_CASE("attention_decoder: outputs and gradients agree with PyTorch")
{
    papers::agrees_with_torch<papers::attention_decoder>("attention_decoder", {"h"});
}
