#include "unit/checked_cell.hpp"

#include <rondo/cell/elman.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string_view>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("elman: names, shapes and number of parameters")
{
    std::vector<std::string_view> const names{"W", "U", "b"};
    std::size_t const i = 5;
    std::size_t const h = 9;
    model<elman<>, double> const m{input{i}, hidden{h}};
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
    CHECK(p.size() == h * (i + h + 1));
    CHECK(state_count<elman<>> == 1);
}

TEST_CASE("elman: the derived gradient agrees with differences") { test::gradient_agrees<elman<>>(); }

TEST_CASE("elman: float agrees with double") { test::float_agrees<elman<>>(); }
