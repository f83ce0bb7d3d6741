#include <rondo/sequence/sequence_view.hpp>
#include <rondo/sequence/shaped.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <list>
#include <vector>

namespace sequence_view_test {

using namespace rondo;
using namespace rondo::exec_internal;

static_assert(sequence_list<std::vector<xt::xtensor<float, 2>>>);
static_assert(sequence_list<std::array<xt::xtensor<double, 2>, 3>>);
static_assert(!sequence_list<std::list<xt::xtensor<float, 2>>>);  // no random access
static_assert(!sequence_list<std::vector<float>>);
static_assert(!sequence_list<xt::xtensor<float, 3>>);

namespace {

/// Entry (t, b, i) is the number of it in row-major order.
xt::xtensor<double, 3> counting(std::size_t steps, std::size_t batch)
{
    xt::xtensor<double, 3> x = xt::zeros<double>({steps, batch, std::size_t{3}});
    double n = 0;
    for (double& v : x) {
        v = n++;
    }
    return x;
}
template <class T, class X>
sequence_view<T> viewed(X const& x)
{
    sequence_view<T> v(x);
    v.check("the input x", {.value = {"input", 3}});
    return v;
}
/// The rows that a view of T gives of @p x.
template <class T, class X>
std::vector<T> rows_of(X const& x)
{
    sequence_view<T> const v = viewed<T>(x);
    std::vector<T> rows(static_cast<std::size_t>(v.steps() * v.batch() * v.features()));
    v.copy_rows(rows.data());
    return rows;
}

}  // namespace

TEST_CASE("sequence_view: rows of the right type in row-major order can be read in place")
{
    auto const x = counting(4, 2);
    CHECK(viewed<double>(x).rows() == x.data());
    CHECK(viewed<double>(x).steps() == 4);
    CHECK(viewed<double>(x).batch() == 2);
    CHECK(viewed<double>(x).features() == 3);
    xt::xarray<double> const dynamic = x;
    CHECK(viewed<double>(dynamic).rows() == dynamic.data());
    std::vector<double> const memory(24, 1.0);
    CHECK(viewed<double>(shaped(memory, 4, 2, 3)).rows() == memory.data());
    // Steps from the middle, without gaps.
    auto const window = xt::view(x, xt::range(1, 3), xt::all(), xt::all());
    CHECK(viewed<double>(window).rows() == x.data() + 6);
    // A batch of one has no gaps either.
    auto const one = counting(4, 1);
    CHECK(viewed<double>(one).rows() == one.data());
}

TEST_CASE("sequence_view: a matrix for each step, from arrays and lists of any layout")
{
    value_extents value("heads", 2);
    value.push_back("key", 3);
    value.push_back("value", 4);
    xt::xarray<double> const x = xt::arange(5.0 * 2 * 24).reshape({5, 2, 2, 3, 4});
    xt::xtensor<float, 5, xt::layout_type::column_major> const columns = x;
    auto const check = [&](auto const& all) {
        sequence_view<float> v(all);
        v.check("x", {.value = value});
        CHECK(v.features() == 24);
        std::vector<float> rows(x.size());
        v.copy_rows(rows.data());
        CHECK(std::equal(rows.begin(), rows.end(), x.begin()));
    };
    check(x);
    check(columns);
    check(x + 0.0);
    check(xt::view(columns, xt::all(), xt::all(), xt::all(), xt::all(), xt::all()));
    sequence_view<double> in_place(x);
    in_place.check("x", {.steps = 5, .batch = 2, .value = value});
    CHECK(in_place.rows() == x.data());

    std::vector<xt::xarray<double>> const list{xt::view(x, xt::range(0, 3), 0), xt::view(x, xt::all(), 1)};
    sequence_view<float> of_list(list);
    of_list.check("x", {.value = value});
    CHECK(of_list.steps() == 5);
    CHECK(of_list.features() == 24);
    std::vector<float> row(24);
    of_list.copy_row(4, 1, row.data(), 24);
    CHECK(row[23] == x(4, 1, 1, 2, 3));
    CHECK(row[4] == x(4, 1, 0, 1, 0));
    CHECK_THROWS_WITH_AS(
        of_list.check("the input x", {.value = {"input", 24}}),
        "rondo: the input x: expected sequences of shape (time, input = 24), no extent of 0; "
        "found (3, 2, 3, 4) for sequence 0",
        input_error);
}

TEST_CASE("sequence_view: everything else has to be copied, and is copied entry by entry")
{
    auto const x = counting(4, 2);
    auto const check = [](auto const& other) {
        CHECK(viewed<double>(other).rows() == nullptr);
        std::vector<double> expected;
        for (std::size_t t = 0; t < other.shape()[0]; ++t) {
            for (std::size_t b = 0; b < other.shape()[1]; ++b) {
                for (std::size_t i = 0; i < 3; ++i) {
                    expected.push_back(static_cast<double>(other(t, b, i)));
                }
            }
        }
        CHECK(rows_of<double>(other) == expected);
    };
    check(xt::view(x, xt::range(0, 4, 2), xt::all(), xt::all()));
    check(xt::view(x, xt::all(), xt::range(1, 2), xt::all()));
    check(2 * x);
    check(xt::xtensor<double, 3, xt::layout_type::column_major>(x));
    check(xt::xtensor<float, 3>(x));
    check(xt::xtensor<int, 3>(x));
    std::vector<float> const as_floats = rows_of<float>(x);
    CHECK(as_floats.back() == 23);
}

TEST_CASE("sequence_view: a list is seen as an array that is as long as its longest sequence")
{
    std::vector<xt::xtensor<float, 2>> const list{xt::ones<float>({2, 3}), 2 * xt::ones<float>({5, 3})};
    auto const v = viewed<double>(list);
    CHECK(v.is_list());
    CHECK(v.steps() == 5);
    CHECK(v.batch() == 2);
    CHECK(v.lengths()[0] == 2);
    CHECK(v.lengths()[1] == 5);
    CHECK(v.rows() == nullptr);
    std::array<double, 3> row{};
    v.copy_row(4, 1, row.data(), 3);
    CHECK(row == std::array<double, 3>{2, 2, 2});
}

TEST_CASE("sequence_view: the sequences of a list may lack the extent of one feature")
{
    std::vector<xt::xtensor<int, 1>> const list{{1}, {2, 3}};
    sequence_view<double> v(list);
    v.check("the input x", {.value = {"input", 1}});
    CHECK(v.steps() == 2);
    std::vector<double> rows(4, -1);
    v.copy_rows(rows.data());
    CHECK(rows == std::vector<double>{1, 2, 0, 3});  // zeros after the end
    CHECK_THROWS_WITH_AS(viewed<float>(list), doctest::Contains("(time, input = 3)"), input_error);
}

TEST_CASE("sequence_view: rejects an empty list, an empty sequence and other features")
{
    std::vector<xt::xtensor<float, 2>> list;
    CHECK_THROWS_WITH_AS(viewed<float>(list),
                         "rondo: the input x: expected at least 1 sequence; found an empty list",
                         input_error);
    list.push_back(xt::zeros<float>({4, 3}));
    list.push_back(xt::zeros<float>({4, 2}));
    CHECK_THROWS_WITH_AS(viewed<float>(list),
                         "rondo: the input x: expected sequences of shape (time, input = 3), no extent of 0; "
                         "found (4, 2) for sequence 1",
                         input_error);
    list[1] = xt::zeros<float>({0, 3});
    CHECK_THROWS_AS(viewed<float>(list), input_error);
    CHECK_THROWS_AS(viewed<float>(xt::xtensor<float, 3>(counting(0, 2))), input_error);
}

TEST_CASE("sequence_view: knows whether it shares memory with an array")
{
    auto const x = counting(4, 2);
    CHECK(viewed<double>(x).overlaps(x.data() + 23, 1));
    CHECK(!viewed<double>(x).overlaps(x.data() + 24, 1));
    CHECK(!viewed<double>(x).overlaps(x.data(), 0));
    CHECK(viewed<double>(xt::view(x, xt::range(2, 4))).overlaps(x.data(), 13));
    CHECK(!viewed<double>(xt::view(x, xt::range(2, 4))).overlaps(x.data(), 12));
    CHECK(!viewed<double>(2 * x).overlaps(x.data(), 24));  // is copied before anything is written
}

TEST_CASE("sequence_view: a borrowed array is marked")
{
    auto const x = counting(4, 2);
    CHECK(!viewed<double>(x).is_borrowed());
    CHECK(sequence_view<double>(borrowed(x)).is_borrowed());
    CHECK(sequence_view<double>(borrowed(x)).rows() == x.data());
}

}  // namespace sequence_view_test
