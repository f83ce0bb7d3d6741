#include "unit/checked_cell.hpp"

#include <rondo/cell/lstm.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string_view>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("lstm: names, shapes and number of parameters")
{
    std::vector<std::string_view> const names{"i.W", "i.U", "i.b", "f.W", "f.U", "f.b",
                                              "g.W", "g.U", "g.b", "o.W", "o.U", "o.b"};
    std::size_t const i = 5;
    std::size_t const h = 9;
    model<lstm<>, double> const m{input{i}, hidden{h}};
    auto const& p = m.parameters();
    REQUIRE(p.count == names.size());
    for (std::size_t k = 0; k < names.size(); ++k) {
        std::string_view const name = p.info(k).name.view();
        CHECK(name == names[k]);
        bool const is_matrix = name.back() == 'W' || name.back() == 'U';
        CHECK(p.info(k).is_bias == !is_matrix);
        CHECK(p.shape(k).size() == (is_matrix ? 2 : 1));
        CHECK(p.shape(k)[0] == h);
        CHECK((!is_matrix || p.shape(k).back() == (name.back() == 'W' ? i : h)));
    }
    CHECK(p.size() == 4 * h * (i + h + 1));
    CHECK(state_count<lstm<>> == 2);
}

TEST_CASE("lstm: the derived gradient agrees with differences") { test::gradient_agrees<lstm<>>(); }

TEST_CASE("lstm: float agrees with double") { test::float_agrees<lstm<>>(); }
