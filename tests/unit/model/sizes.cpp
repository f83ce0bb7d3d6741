#include "unit/edge_cells.hpp"
#include "unit/matrix_cells.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/model/sizes.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>

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

TEST_CASE("sizes: a value larger than memory can be is rejected with its dimensions")
{
    constexpr std::size_t most = std::size_t{1} << 24;
    using attention = sizes<test::linear_attention>;
    CHECK_NOTHROW(attention(input{1}, test::values{most}, test::keys{most}));
    CHECK_THROWS_WITH_AS(attention(input{1}, test::values{most}, test::keys{most + 1}),
                         doctest::Contains("along values, keys: expected at most 281474976710656 entries; "
                                           "found 16777216 x 16777217"),
                         input_error);
    CHECK_THROWS_WITH_AS(attention(input{1}, test::values{most * most}, test::keys{most * most}),
                         doctest::Contains("found 281474976710656 x 281474976710656"), input_error);
    CHECK_THROWS_WITH_AS(sizes<test::filtering>(test::values{most}, test::keys{most}),
                         doctest::Contains("found 2 steps of 16777216 x 16777216"), input_error);
}

TEST_CASE("sizes: the rows of a run are limited where a number of entries would overflow")
{
    sizes<test::linear_attention> const s(input{1}, test::values{1U << 12}, test::keys{1U << 12});
    CHECK_NOTHROW(s.check_rows("a run", 1, 0));
    CHECK_NOTHROW(s.check_rows("a run", 1U << 12, (1U << 12) - 1));
    CHECK_THROWS_WITH_AS(
        s.check_rows("a run", 1U << 12, 1U << 12),
        "rondo: a run: expected at most 16777152 rows (steps x sequences); found 4096 x 4096", input_error);
    constexpr std::ptrdiff_t all = std::numeric_limits<std::ptrdiff_t>::max();
    CHECK_THROWS_AS(s.check_rows("a run", all, all), input_error);
    CHECK_THROWS_AS(s.check_rows("a run", 1, -1), input_error);
}
