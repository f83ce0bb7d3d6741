#include <rondo/cell/elman.hpp>
#include <rondo/model/initialize.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/run/window_access.hpp>

#include <doctest/doctest.h>

#include <tuple>

using namespace rondo;
using windows = rondo::exec_internal::window_access;

TEST_CASE("window_access: a window counts after keep(), and a discarded one has not happened")
{
    model<elman<>, double> m{input{2}, hidden{3}};
    initialize_uniform(m.parameters(), 1);
    truncated_bptt run{m, {.every = 4, .over = 6}};
    xt::xtensor<double, 3> const x = xt::ones<double>({4, 2, 2}), dy = xt::ones<double>({4, 2, 3});
    windows::open<true>(run, x, {});
    windows::discard(run);
    xt::xtensor<double, 3> const other = xt::ones<double>({4, 1, 2});
    xt::xtensor<double, 3> const first = windows::open<true>(run, other, {});
    windows::discard(run);
    CHECK(run.current_states()[0].size() == 0);
    CHECK(windows::open<true>(run, x, {})(3, 0, 2) == doctest::Approx(first(3, 0, 2)));
    windows::keep(run, 6);
    auto const states = run.current_states();
    windows::open<true>(run, x, {});
    windows::discard(run);
    CHECK(run.current_states() == states);
    windows::open<true>(run, x, {});
    windows::keep(run, 6);
    CHECK(windows::back(run, dy).input.shape(0) == 6);  // of both windows
    CHECK(&std::get<0>(windows::runs(run)) == &run);
    windows::restart(run, 1);
    CHECK(run.current_states()[0](1, 0) == 0);
    windows::restart(run, -1);
    CHECK(run.current_states()[0](0, 0) == 0);
}
