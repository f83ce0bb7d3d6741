#include <rondo/model/xtensor.hpp>
#include <rondo/train/mask_view.hpp>

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("mask_view: without a mask every target counts")
{
    CHECK(mask_view()(3, 2, 1));
    CHECK_NOTHROW(mask_view().check(4, 2, 3));
}

TEST_CASE("mask_view: of steps or of entries, in bool or numbers")
{
    xt::xtensor<bool, 2> const steps{{true, false}, {false, true}};
    CHECK(mask_view(steps)(0, 0, 5));
    CHECK(!mask_view(steps)(1, 0));
    xt::xtensor<float, 3> const entries{{{1, 0}}, {{0, 0.5F}}};
    CHECK(mask_view(entries)(0, 0, 0));
    CHECK(!mask_view(entries)(0, 0, 1));
    CHECK(mask_view(entries)(1, 0, 1));
}

TEST_CASE("mask_view: rejects another shape than that of the targets")
{
    xt::xtensor<bool, 2> const steps{{true, false}, {false, true}};
    xt::xtensor<int, 3> const entries = xt::ones<int>({2, 2, 3});
    CHECK_NOTHROW(mask_view(steps).check(2, 2, 3));
    CHECK_NOTHROW(mask_view(entries).check(2, 2, 3));
    CHECK_NOTHROW(mask_view(steps).check(2, 2, 0));
    CHECK_THROWS_WITH_AS(mask_view(steps).check(3, 2, 0),
                         "rondo: the mask: expected shape (time = 3, batch = 2); found (2, 2)", input_error);
    CHECK_THROWS_WITH_AS(
        mask_view(entries).check(2, 2, 4),
        "rondo: the mask: expected shape (time = 2, batch = 2) or that with features; found (2, 2, 3)",
        input_error);
    CHECK_THROWS_AS(mask_view(entries).check(2, 2, 0), input_error);  // targets are classes
}
