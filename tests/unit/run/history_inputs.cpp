#include "unit/context_cells.hpp"

#include <rondo/error/input_error.hpp>
#include <rondo/model/model.hpp>
#include <rondo/run/history_inputs.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace history_inputs_test {

using namespace rondo;
using namespace rondo::exec_internal;
using inputs = step_inputs_of<test::speaking>;

TEST_CASE("history_inputs: a row for each beginning, and the last row of each sequence in its order")
{
    model<test::speaking, float> const m{input{1}, hidden{1}, test::speaker{2}, test::people{3}};
    xt::xtensor<double, 2> context{{1, 2}, {3, 4}};
    xt::xtensor<int, 1> who{2, 3};
    xt::xtensor<float, 1> rate{5, NAN};
    auto const views = [&] {
        return per_sequence_views<inputs, float>{
            per_sequence_view<float>(context), per_sequence_view<float>(who), per_sequence_view<float>(rate)};
    };
    history_beginnings beginnings;
    history_inputs<inputs, float> all;
    auto const check = [&](std::vector<int> const& lengths, bool check_finite = false) {
        all.check(beginnings, views(), m.bound(), lengths, 2, check_finite);
    };
    CHECK_THROWS_WITH_AS(check({1, 1}),
                         "rondo: the input \"who\": expected integers from 0 to 2; found 3 at (batch 1)",
                         input_error);
    who(1) = 0;
    CHECK_THROWS_WITH_AS(
        check({1, 1}, true),
        "rondo: the input \"rate\": expected finite entries; found nan at (batch 1, feature 0)", input_error);
    CHECK_NOTHROW(check({1, 0}, true));
    CHECK_NOTHROW(check({1, 1}));

    history_chunks none, window;
    auto const add = [&](std::vector<int> const& lengths) {
        window.follow(none, lengths, 1, std::vector<char>(2, 0));
        std::ptrdiff_t const first = beginnings.follow(window);
        beginnings.keep();
        all.reserve(m.bound(), beginnings.rows());
        all.take(beginnings, first, views());
    };
    beginnings.start(2, false);
    add({0, 1});
    add({1, 1});
    CHECK(all.data()[0][0] == 3);  // of sequence 1, which has begun first
    CHECK(all.data()[0][3] == 2);
    CHECK_NOTHROW(check({1, 1}));  // NaN is what it was
    context(1, 1) = 7;
    CHECK_NOTHROW(check({1, 0}));
    CHECK_THROWS_WITH_AS(check({1, 1}),
                         "rondo: the input \"context\": expected the value that sequence 1 began with, 4, "
                         "because only reset(1) begins a sequence with another one; found 7 at (batch 1, "
                         "feature 1)",
                         input_error);
    beginnings.restart(1, false);
    CHECK_NOTHROW(check({1, 1}));
    std::vector<float> memory;
    CHECK(all.copy_latest(beginnings, memory)[0][3] == 4);
    add({1, 1});
    auto const latest = all.copy_latest(beginnings, memory);
    CHECK(latest[0][1] == 2);
    CHECK(latest[0][3] == 7);
    CHECK(latest[1][0] == 2);
    CHECK(latest[2][0] == 5);
    all.move(2, 0);
    CHECK(all.data()[0][1] == 7);
    beginnings.start(2, false);
    CHECK(all.copy_latest(beginnings, memory)[0][3] == 0);
}

}  // namespace history_inputs_test
