#include "unit/one_sequence.hpp"

#include <rondo/sequence/output_rows.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("output_rows: sequences of one length are written in place")
{
    time_plan time;
    time.make(equal_lengths{.steps = 4, .batch = 3}, 5);
    xt::xtensor<float, 3> y;
    output_rows<test::one_sequence, float> out;
    float const* const rows = out.make(y, time, 4, test::features{2})[0];
    CHECK(rows == y.data());
    CHECK(y.shape()[0] == 4);
    CHECK(y.shape()[1] == 3);
    CHECK(y.shape()[2] == 2);
    y.fill(7);
    out.finish(y, time);
    CHECK(y(3, 2, 1) == 7);
    CHECK(out.make(y, time, 4, test::features{2})[0] == rows);  // nothing is allocated if the shape is right
}

TEST_CASE("output_rows: sequences of different lengths are unpacked, with zeros after the end of each")
{
    time_plan time;
    std::vector<int> const lengths{1, 3};
    time.make(lengths_view(lengths), 5);
    xt::xtensor<float, 3> y;
    output_rows<test::one_sequence, float> out;
    float* const rows =
        out.make(y, time, 4, test::features{1})[0];  // an array that is longer than the sequences
    y.fill(7);
    for (int i = 0; i < 4; ++i) {
        rows[i] = static_cast<float>(i + 1);
    }
    out.finish(y, time);
    CHECK(y(0, 1, 0) == 1);
    CHECK(y(0, 0, 0) == 2);
    CHECK(y(1, 1, 0) == 3);
    CHECK(y(2, 1, 0) == 4);
    CHECK(y(1, 0, 0) == 0);
    CHECK(y(3, 0, 0) == 0);
    CHECK(y(3, 1, 0) == 0);
}
