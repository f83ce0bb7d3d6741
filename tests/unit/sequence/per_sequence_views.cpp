#include "unit/context_cells.hpp"

#include <rondo/model/model.hpp>
#include <rondo/sequence/per_sequence_views.hpp>
#include <rondo/sequence/shaped.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace per_sequence_views_test {

using namespace rondo;
using namespace rondo::exec_internal;
using inputs = step_inputs_of<test::speaking>;

static_assert(inputs::count == 1);
static_assert(inputs::per_sequence_count == 3);
static_assert(step_outputs_of<test::speaking>::per_sequence_count == 0);

TEST_CASE("per_sequence_views: rows are copied in the order of a run, from any layout and type")
{
    model<test::speaking> const m{input{2}, hidden{3}, test::speaker{2}, test::people{3}};
    xt::xtensor<double, 3> const x = xt::zeros<double>({4, 2, 2});
    std::vector<int> const context{1, 2, 3, 4};
    xt::xtensor<int, 1> const who{2, 1};
    xt::xtensor<float, 2> const rate{{0.5F}, {0.25F}};
    auto const given = named("x"_s = x, "rate"_s = rate, "who"_s = who, "context"_s = shaped(context, 2, 2));
    auto const views = per_sequence_views_of<inputs, float>(given);
    check_per_sequence<inputs, float>(views, m.bound(), 2);
    per_sequence_rows<inputs, float> rows;
    std::array<std::ptrdiff_t, 2> const sorted{1, 0};
    rows.bind(views, m.bound(), 2, sorted, true);
    CHECK(rows.data()[0][0] == 3);
    CHECK(rows.data()[0][3] == 2);
    CHECK(rows.data()[1][0] == 1);
    CHECK(rows.data()[2][1] == 0.5F);
    CHECK_THROWS_WITH((check_per_sequence<inputs, float>(views, m.bound(), 3)),
                      "rondo: the input \"context\": expected shape (batch = 3, speaker = 2); found (2, 2)");
}

TEST_CASE("per_sequence_views: an array that was moved from is rejected")
{
    xt::xtensor<float, 2> a = xt::ones<float>({2, 2});
    xt::xtensor<float, 2> const b = std::move(a);
    per_sequence_view<float> const view(a);  // NOLINT: moved from on purpose
    CHECK_THROWS_AS(view.check("it", 2, {"speaker", 2}), input_error);
}

TEST_CASE("per_sequence_views: the spans of a stream")
{
    model<test::speaking> const m{input{2}, hidden{3}, test::speaker{2}, test::people{3}};
    std::vector<float> const context{1, 2, 3, 4};
    std::vector<float> const who{2, 3};
    std::vector<float> const rate{1, 1};
    CHECK_THROWS_WITH((check_spans<inputs, float>({context, who, rate}, m.bound(), 2)),
                      "rondo: the input \"who\": expected integers from 0 to 2; found 3 at (batch 1)");
}

}  // namespace per_sequence_views_test
