#include "unit/one_sequence.hpp"

#include <rondo/sequence/inferred_rows.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

/// Writes 10 t + b for step t of sequence b, chunk by chunk.
xt::xtensor<float, 3> made_of(time_plan const& time, output_steps which, std::ptrdiff_t steps)
{
    xt::xtensor<float, 3> y;
    inferred_rows<test::one_sequence, float> out;
    out.start(y, time, which, steps, test::features{1});
    std::ptrdiff_t t = 0;
    for (std::size_t i = 0; i < time.chunks().size(); ++i) {
        chunk const& c = time.chunks()[i];
        float* const rows = out.of_chunk(c)[0];
        for_each_row(time, c, t, [&](std::ptrdiff_t row, std::ptrdiff_t step, std::ptrdiff_t b) {
            rows[row] = static_cast<float>(10 * step + b);
        });
        out.finish_chunk(time, i);
        t += c.steps;
    }
    return y;
}

}  // namespace

TEST_CASE("inferred_rows: all outputs, the last ones or none, of sequences of one length")
{
    time_plan time;
    time.make(equal_lengths{.steps = 4, .batch = 2}, 5);
    CHECK(time.chunks().size() == 2);
    CHECK(made_of(time, output_steps::all, 4) ==
          xt::xtensor<float, 3>{{{0}, {1}}, {{10}, {11}}, {{20}, {21}}, {{30}, {31}}});
    CHECK(made_of(time, output_steps::last, 4) == xt::xtensor<float, 3>{{{30}, {31}}});
    auto const none = made_of(time, output_steps::none, 4);
    CHECK(none.size() == 0);
    CHECK(none.shape()[1] == 2);
}

TEST_CASE("inferred_rows: of sequences of different lengths, in the caller's order")
{
    time_plan time;
    std::vector<int> const lengths{1, 3, 2};
    time.make(lengths_view(lengths), 4);
    CHECK(made_of(time, output_steps::all, 4) ==
          xt::xtensor<float, 3>{{{0}, {1}, {2}}, {{0}, {11}, {12}}, {{0}, {21}, {0}}, {{0}, {0}, {0}}});
    CHECK(made_of(time, output_steps::last, 4) == xt::xtensor<float, 3>{{{0}, {21}, {12}}});
}
