#include <rondo/lang/cell.hpp>
#include <rondo/lang/members.hpp>
#include <rondo/lang/signature.hpp>

#include <doctest/doctest.h>

#include <array>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace {

using namespace rondo;
using namespace rondo::ir_internal;

struct plain {
    weight<hidden, input> W;
    bias<hidden> b;
    RONDO_MEMBERS(W, b);
};
struct empty {};
struct middle {
    plain left;
    empty nothing;
    plain right;
    RONDO_MEMBERS(left, nothing, right);
};
struct nesting {
    weight<> scale;
    middle m;
    bias<hidden> b;
    RONDO_MEMBERS(scale, m, b);
};

}  // namespace

namespace {

struct defined {
    bias<hidden> b;
    bias<input> c;
    RONDO_MEMBERS(b, c);
};

struct of_arrays {
    std::array<plain, 2> layers;
    std::array<std::array<bias<input>, 3>, 1> gains;
    weight<> scale;
    RONDO_MEMBERS(layers, gains, scale);

    constexpr auto operator()(vec<output>, scalar s) const { return next{s}; }
};
static_assert(cell_is_readable<of_arrays>::value);
static_assert(std::is_same_v<dimensions_of<of_arrays>, type_list<output, hidden, input>>);

static_assert(lists_members<plain> && lists_members<defined> && lists_members<nesting>);
static_assert(!lists_members<empty> && !lists_members<int>);
static_assert(std::is_same_v<members_of<plain>, type_list<weight<hidden, input>, bias<hidden>>>);
static_assert(std::is_same_v<members_of<nesting>, type_list<weight<>, middle, bias<hidden>>>);
static_assert(cell_is_readable<nesting>::value && cell_is_readable<empty>::value);

static_assert(dotted_name{}.view().empty());
static_assert(dotted_name("", "W").view() == "W");
static_assert(dotted_name("f", "W").view() == "f.W");
static_assert(dotted_name(dotted_name("layer", "f").view(), "W").view() == "layer.f.W");

template <class Cell>
std::vector<std::string> names()
{
    Cell cell{};
    std::vector<std::string> all;
    for_each_parameter(cell, [&](auto&, dotted_name const& n) { all.emplace_back(n.view()); });
    return all;
}

}  // namespace

TEST_CASE("members: parameters have dotted names, nested ones in the order of the members")
{
    CHECK(names<plain>() == std::vector<std::string>{"W", "b"});
    CHECK(names<defined>() == std::vector<std::string>{"b", "c"});
    CHECK(names<empty>().empty());
    CHECK(names<nesting>() ==
          std::vector<std::string>{"scale", "m.left.W", "m.left.b", "m.right.W", "m.right.b", "b"});
}

TEST_CASE("members: elements of arrays are called by their number")
{
    CHECK(names<of_arrays>() == std::vector<std::string>{"layers.0.W", "layers.0.b", "layers.1.W",
                                                         "layers.1.b", "gains.0.0", "gains.0.1", "gains.0.2",
                                                         "scale"});
    CHECK(dotted_name("layers", 0).view() == "layers.0");
    CHECK(dotted_name("layers", 210).view() == "layers.210");
}

TEST_CASE("members: visits the members themselves, not copies")
{
    nesting o{};
    node_id next = 0;
    for_each_parameter(o, [&](auto& p, dotted_name const&) { p.id = next++; });
    CHECK(o.scale.id == 0);
    CHECK(o.m.left.W.id == 1);
    CHECK(o.m.right.b.id == 4);
    CHECK(o.b.id == 5);
}

TEST_CASE("members: a name of 63 characters fits, one more throws")
{
    std::string const longest(60, 'x');
    CHECK(dotted_name("ab", longest).view().size() == 63);
    CHECK_THROWS_AS(dotted_name("abc", longest), std::length_error);
}
