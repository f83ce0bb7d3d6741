#include "unit/checked_cell.hpp"

#include <rondo/cell/gru_reset_before.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string_view>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("gru_reset_before: names, shapes and number of parameters")
{
    std::vector<std::string_view> const names{"r.W", "r.U", "r.b", "z.W", "z.U", "z.b", "W", "U", "b"};
    std::size_t const i = 5;
    std::size_t const h = 9;
    model<gru_reset_before<>, double> const m{input{i}, hidden{h}};
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
    CHECK(p.size() == 3 * h * (i + h + 1));
    CHECK(state_count<gru_reset_before<>> == 1);
}

TEST_CASE("gru_reset_before: the derived gradient agrees with differences")
{
    test::gradient_agrees<gru_reset_before<>>();
}

TEST_CASE("gru_reset_before: float agrees with double") { test::float_agrees<gru_reset_before<>>(); }
