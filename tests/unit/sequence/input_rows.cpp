#include "unit/one_sequence.hpp"

#include <rondo/sequence/input_rows.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <vector>

namespace input_rows_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

/// Entries t, b and i of a sequence are the digits of a number.
xt::xtensor<double, 3> counting(std::size_t steps, std::size_t batch)
{
    xt::xtensor<double, 3> x = xt::zeros<double>({steps, batch, std::size_t{2}});
    for (std::size_t t = 0; t < steps; ++t) {
        for (std::size_t b = 0; b < batch; ++b) {
            for (std::size_t i = 0; i < 2; ++i) {
                x(t, b, i) = static_cast<double>(100 * t + 10 * b + i);
            }
        }
    }
    return x;
}
template <class X>
sequence_view<double> checked(X const& x)
{
    sequence_view<double> v(x);
    v.check("x", {.value = {"input", 2}});
    return v;
}

reading in_place(sequence_view<double> const&) { return reading::in_place; }
reading copied(sequence_view<double> const&) { return reading::copied; }

}  // namespace

TEST_CASE("input_rows: sequences of one length are read in place, or copied")
{
    auto const x = counting(4, 3);
    time_plan time;
    time.make(equal_lengths{.steps = 4, .batch = 3}, 5);
    input_rows<test::one_sequence, double> in;
    in.bind({checked(x)}, time, in_place);
    CHECK(in.data()[0] == x.data());
    in.bind({checked(x)}, time, copied);
    CHECK(in.data()[0] != x.data());
    CHECK(in.data()[0][23] == 321);
}

TEST_CASE("input_rows: sequences of different lengths are packed, from an array or from a list")
{
    auto const x = counting(3, 2);
    time_plan time;
    std::vector<int> const lengths{1, 3};
    time.make(lengths_view(lengths), 5);
    std::vector<double> const expected{10, 11, 0, 1, 110, 111, 210, 211};
    input_rows<test::one_sequence, double> in;
    in.bind({checked(x)}, time, in_place);
    CHECK(std::vector<double>(in.data()[0], in.data()[0] + 8) == expected);

    std::vector<xt::xtensor<double, 2>> const list{xt::view(x, xt::range(0, 1), 0, xt::all()),
                                                   xt::view(x, xt::all(), 1, xt::all())};
    input_rows<test::one_sequence, double> of_list;
    of_list.bind({checked(list)}, time, in_place);
    CHECK(std::vector<double>(of_list.data()[0], of_list.data()[0] + 8) == expected);
}

TEST_CASE("input_rows: the first entry that is not finite is named as the caller counts")
{
    auto x = counting(3, 2);
    x(1, 1, 0) = std::numeric_limits<double>::infinity();
    x(2, 0, 0) = std::numeric_limits<double>::infinity();  // after the end of the sequence
    time_plan time;
    std::vector<int> const lengths{1, 3};
    time.make(lengths_view(lengths), 5);
    input_rows<test::one_sequence, double> in;
    in.bind({checked(x)}, time, in_place);
    CHECK_THROWS_WITH_AS(in.check_finite(time),
                         "rondo: x: expected finite entries; found inf at (time 1, batch 1, feature 0)",
                         input_error);
}

}  // namespace input_rows_test
