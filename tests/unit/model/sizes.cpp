#include "unit/edge_cells.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/model/sizes.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("sizes: each dimension by type and by number, in any order")
{
    sizes<test::stacked> const s(output{5}, hidden{7}, input{3}, test::attention{2});
    CHECK(s.of<input>() == 3);
    CHECK(s.of<hidden>() == 7);
    CHECK(s.of<test::attention>() == 2);
    CHECK(s.of<output>() == 5);
    CHECK(s[unit] == 1);
    CHECK(s.get<unit>() == 1);
    using dimensions = dimensions_of<test::stacked>;
    CHECK(s[static_cast<dimension_id>(dimensions::index_of<hidden> + 1)] == 7);
    CHECK(s.get<static_cast<dimension_id>(dimensions::index_of<output> + 1)>() == 5);
}

TEST_CASE("sizes: fixed sizes are constants")
{
    using fixed_sizes = sizes<test::peephole, fixed<hidden, 40>>;
    fixed_sizes const s(input{3});
    CHECK(s.of<hidden>() == 40);
    CHECK(s.of<input>() == 3);
    constexpr auto number = static_cast<dimension_id>(dimensions_of<test::peephole>::index_of<hidden> + 1);
    CHECK(s[number] == 40);
    static_assert(sizes<test::peephole, fixed<hidden, 40>, fixed<input, 2>>{}.get<number>() == 40);
}

TEST_CASE("sizes: a size of zero is rejected by name")
{
    CHECK_THROWS_WITH_AS(sizes<test::stacked>(output{5}, hidden{7}, input{3}, test::attention{0}),
                         "rondo: dimension 'attention': expected a size from 1 to 281474976710656; found 0",
                         input_error);
}

TEST_CASE("sizes: two are equal if all dimensions have the same sizes")
{
    sizes<test::peephole> const s(hidden{7}, input{3});
    CHECK(s == sizes<test::peephole>(hidden{7}, input{3}));
    CHECK(s != sizes<test::peephole>(hidden{3}, input{3}));
}

TEST_CASE("sizes: a negative number is found as it was written")
{
    std::ptrdiff_t const negative = -5;
    CHECK_THROWS_WITH_AS(sizes<test::peephole>(hidden(static_cast<std::size_t>(negative)), input{3}),
                         doctest::Contains("found -5"), input_error);
}

TEST_CASE("sizes: that of a joined dimension follows from its pieces, also as a constant")
{
    using all_fixed =
        sizes<test::exchanging, fixed<input, 2>, fixed<test::past, 3>, fixed<test::candidate, 4>>;
    using some_fixed = sizes<test::exchanging, fixed<test::past, 3>>;
    auto const& names = compiled<test::exchanging>::shapes.dimensions;
    auto const joint = static_cast<dimension_id>(names.find("joined<past, candidate>"));
    CHECK(sizes<test::exchanging>(input{2}, test::past{3}, test::candidate{4})[joint] == 7);
    constexpr auto last = static_cast<dimension_id>(compiled<test::exchanging>::shapes.dimensions.size() - 1);
    static_assert(all_fixed{}.get<last>() == 7 && all_fixed::constant<last>() == 7);
    static_assert(some_fixed::constant<last>() == 0);
    CHECK(some_fixed(input{2}, test::candidate{4}).get<last>() == 7);
}

TEST_CASE("sizes: a cell without dimensions needs none")
{
    sizes<test::logistic_map> const s{};
    CHECK(s[unit] == 1);
}
