#include "unit/named_cells.hpp"

#include <rondo/run/named_spans.hpp>

#include <doctest/doctest.h>

#include <array>

TEST_CASE("named_spans: are found by the names of the outputs")
{
    std::array<float, 3> const numbers{1, 2, 3};
    rondo::named_spans<rondo::test::ignoring, float> const y(
        {std::span(numbers).first(2), std::span(numbers)});
    using namespace rondo::literals;
    CHECK(y["h"_s].size() == 2);
    CHECK(y["again"_s].size() == 3);
}
