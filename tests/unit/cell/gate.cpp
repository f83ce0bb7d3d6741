#include "unit/checked_cell.hpp"

#include <rondo/cell/gate.hpp>

#include <doctest/doctest.h>

namespace rondo::test {

/// Two gates of different dimensions, one inside a cell of a cell.
struct inner {
    gate<output, hidden> a;
    RONDO_MEMBERS(a);

    constexpr auto operator()(vec<hidden> x, vec<output> h) const { return next{sigmoid(a(x, h))}; }
};
struct gated {
    gate<> g;
    inner deep;
    RONDO_MEMBERS(g, deep);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<output> o) const
    {
        auto h_next = tanh(g(x, h));
        auto [o_next] = deep(h_next, o);
        return next{h_next, o_next}.output(o_next);
    }
};

}  // namespace rondo::test

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("gate: names go through nested cells")
{
    model<test::gated, double> m{input{3}, hidden{4}, output{5}};
    auto const& p = m.parameters();
    REQUIRE(p.count == 6);
    CHECK(p.info(0).name.view() == "g.W");
    CHECK(p.info(1).name.view() == "g.U");
    CHECK(p.info(2).name.view() == "g.b");
    CHECK(p.info(3).name.view() == "deep.a.W");
    CHECK(p.info(5).name.view() == "deep.a.b");
    CHECK(p.size() == 4 * (3 + 4 + 1) + 5 * (4 + 5 + 1));
    CHECK(m["deep.a.W"_s].shape()[0] == 5);
    CHECK(m["deep.a.W"_s].shape()[1] == 4);
}

TEST_CASE("gate: the derived gradient agrees with differences") { test::gradient_agrees<test::gated>(); }

TEST_CASE("gate: float agrees with double") { test::float_agrees<test::gated>(); }
