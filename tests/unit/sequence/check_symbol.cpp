#include "unit/named_cells.hpp"

#include <rondo/model/model.hpp>
#include <rondo/sequence/check_symbol.hpp>
#include <rondo/sequence/given_sequences.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("check_symbol: integers from 0 to the last symbol pass, and nothing else does")
{
    for (double const value : {0.0, 1.0, 4.0, -0.0}) {
        CHECK_NOTHROW(check_symbol(value, 5, "x", 0, 0));
    }
    for (double const value : {5.0, -1.0, 0.5, 4.5, 1e300, std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::infinity()}) {
        CAPTURE(value);
        CHECK_THROWS_AS(check_symbol(value, 5, "x", 0, 0), input_error);
    }
    CHECK_THROWS_WITH_AS(check_symbol(7.0F, 5, "the input x", 3, 2),
                         "rondo: the input x: expected integers from 0 to 4; found 7 at (time 3, batch 2)",
                         input_error);
}

TEST_CASE("check_symbol: of arrays, and of more symbols than numbers can count")
{
    using inputs = step_inputs_of<test::reading_symbols>;
    model<test::reading_symbols, float> const m{output{3}, hidden{1}};
    xt::xtensor<float, 3> gain = xt::zeros<float>({2, 2, 1});
    xt::xtensor<int, 2> symbols{{0, 1}, {2, 0}};
    auto const check = [&] {
        auto views = views_of<inputs, float>(named("symbol"_s = symbols, "gain"_s = gain));
        check_sequences<inputs, float>(views, m.bound(), 0, 0);
        check_symbols<inputs, float>(views, m.bound(), {});
    };
    CHECK_NOTHROW(check());
    symbols(1, 0) = 3;
    CHECK_THROWS_WITH_AS(
        check(), "rondo: the input \"symbol\": expected integers from 0 to 2; found 3 at (time 1, batch 0)",
        input_error);
    model<test::reading_symbols, float> const many{output{(1 << 24) + 1}, hidden{1}};
    CHECK_THROWS_AS((check_symbol_counts<inputs, float>(many.bound())), input_error);
    CHECK_NOTHROW((check_symbol_counts<inputs, double>(many.bound())));
}
