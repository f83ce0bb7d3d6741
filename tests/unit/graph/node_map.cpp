#include <rondo/graph/node_map.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

constexpr node_map<int> with_entry(node_id i, int value)
{
    node_map<int> map{};
    map[i] = value;
    return map;
}

// Usable while compiling, which is where passes run.
static_assert(with_entry(3, 7)[3] == 7);
static_assert(with_entry(3, 7)[2] == 0);
static_assert(node_map<node_id>{4, no_node}[3] == no_node);
static_assert(node_map<node_id>{4, no_node}[4] == 0);

}  // namespace

TEST_CASE("node_map: has an entry for each node that a graph can have")
{
    node_map<int> map{static_cast<node_id>(max_nodes), 4};
    CHECK(map.end() - map.begin() == static_cast<std::ptrdiff_t>(max_nodes));
    CHECK(std::all_of(map.begin(), map.end(), [](int v) { return v == 4; }));
    auto const last = static_cast<node_id>(max_nodes - 1);
    map[last] = 5;
    CHECK(*(map.end() - 1) == 5);
}

TEST_CASE("node_map: entries come in the order of the nodes")
{
    node_map<int> const map = with_entry(3, 7);
    CHECK(std::find(map.begin(), map.end(), 7) - map.begin() == 3);
}
