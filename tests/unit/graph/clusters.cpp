#include <rondo/graph/clusters.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>

using namespace rondo;
using namespace rondo::ir_internal;

TEST_CASE("clusters: at first there is no box and no node is in one")
{
    clusters const none{};
    CHECK(none.boxes.empty());
    CHECK(std::all_of(none.of.begin(), none.of.end(), [](int box) { return box == -1; }));
}

TEST_CASE("clusters: a node is in the box whose index it has")
{
    clusters drawing{};
    drawing.boxes = {{"loop", "#ffeeee"}, {"phase", "#eef4ff"}};
    drawing.of[3] = 1;
    CHECK(drawing.boxes[static_cast<std::size_t>(drawing.of[3])].title == "phase");
    CHECK(drawing.of[2] == -1);
}
