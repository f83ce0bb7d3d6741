#include "unit/named_cells.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/model/model.hpp>
#include <rondo/sequence/copy_sequences.hpp>

#include <doctest/doctest.h>

namespace copy_sequences_test {

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("copy_sequences: arrays of any layout, and of several inputs, are checked and copied")
{
    model<lstm<>, double> const m{input{3}, hidden{2}};
    xt::xtensor<float, 3, xt::layout_type::column_major> x({2, 1, 3});
    x(1, 0, 2) = 7;
    auto const copy = copy_sequences<step_inputs_of<lstm<>>, double>(x, m.bound());
    CHECK(copy(1, 0, 2) == 7);
    CHECK_THROWS_AS((copy_sequences<step_inputs_of<lstm<>>, double>(x, m.bound(), 3, 1)), input_error);

    model<test::observing, double> const several{input{3}, hidden{2}, output{4}};
    xt::xtensor<double, 3> const mask = xt::ones<double>({2, 1, 4});
    xt::xtensor<double, 2> const gap = 2 * xt::ones<double>({2, 1});
    auto const all = copy_sequences<step_inputs_of<test::observing>, double>(
        named("gap"_s = gap, "x"_s = x, "mask"_s = mask), several.bound());
    CHECK(all["gap"_s](1, 0, 0) == 2);
    CHECK(all["x"_s](1, 0, 2) == 7);
}

}  // namespace copy_sequences_test
