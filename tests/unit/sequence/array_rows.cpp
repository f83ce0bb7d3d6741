#include <rondo/sequence/array_rows.hpp>

#include <doctest/doctest.h>

#include <array>
#include <limits>

namespace array_rows_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

sequence_view<double> checked(xt::xtensor<double, 3> const& x)
{
    sequence_view<double> v(x);
    v.check("x", {});
    return v;
}

}  // namespace

TEST_CASE("array_rows: in place or copied, as the reader says")
{
    xt::xtensor<double, 3> const x{{{0, 1}, {2, 3}}, {{4, 5}, {6, 7}}};
    array_rows<double> rows;
    rows.bind(checked(x), reading::in_place);
    CHECK(rows.data() == x.data());
    rows.bind(checked(x), reading::copied);
    CHECK(rows.data() != x.data());
    CHECK(rows.data()[7] == 7);
    CHECK(rows.shape(2) == 2);
}

TEST_CASE("check_row: the first entry that is not finite is named, by all its indices if it is in a matrix")
{
    std::array<double, 6> row{};
    value_extents matrix("rows", 2);
    matrix.push_back("columns", 3);
    CHECK_NOTHROW(check_row(row.data(), 6, matrix, "the input x", 2, 0));
    row[4] = std::numeric_limits<double>::infinity();
    row[5] = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(
        check_row(row.data(), 6, {"input", 6}, "the input x", 2, 0),
        "rondo: the input x: expected finite entries; found inf at (time 2, batch 0, feature 4)",
        input_error);
    CHECK_THROWS_WITH_AS(
        check_row(row.data(), 6, matrix, "the input x", 2, 0),
        "rondo: the input x: expected finite entries; found inf at (time 2, batch 0, rows 1, columns 1)",
        input_error);
}

TEST_CASE("reading_beside: an array that the result overwrites elsewhere is copied")
{
    xt::xtensor<double, 3> x = xt::ones<double>({4, 2, 3});
    xt::xtensor<double, 3> const other = x;
    CHECK(reading_beside<double>(checked(x), nullptr) == reading::in_place);
    CHECK(reading_beside(checked(x), &other) == reading::in_place);
    CHECK(reading_beside(checked(x), &x) == reading::in_place);  // entry by entry
    auto const part = xt::view(x, xt::range(1, 3));
    sequence_view<double> some(part);
    some.check("x", {});
    CHECK(reading_beside(some, &x) == reading::copied);
}

}  // namespace array_rows_test
