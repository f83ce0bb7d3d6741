#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/exec/run_schedule.hpp>
#include <rondo/exec/tbb_thread_pool.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>

using namespace rondo;
using namespace rondo::exec_internal;

namespace rondo::test {

/// A state that moves by a parameter.
struct drift {
    bias<hidden> step;
    RONDO_MEMBERS(step);

    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{0.5 * h + step}; }
};

}  // namespace rondo::test

#if defined(__SSE2__) || defined(__aarch64__)

TEST_CASE("run_schedule: subnormal numbers are flushed on all threads, forward and backward")
{
    float const small = std::numeric_limits<float>::min() / 4;
    constexpr std::size_t batch = 64;
    model<test::drift> m{input{1}, hidden{3}};
    m.parameters().flat()[0] = small;
    auto const x = xt::xtensor<float, 3>::from_shape({2, batch, 1});
    auto dy = xt::xtensor<float, 3>::from_shape({2, batch, 3});
    dy.fill(small);
    tbb_thread_pool two{2};
    auto const nothing = [](std::ptrdiff_t) {};
    two.run(2, part_function(nothing));  // oneTBB takes the mode of the first call for all later ones
    for (thread_pool* const pool : {static_cast<thread_pool*>(nullptr), static_cast<thread_pool*>(&two)}) {
        bptt run{m, {.pool = pool}};
        auto const& y = run.forward(x);
        for (std::size_t b = 0; b < batch; ++b) {
            CHECK(y(0, b, 0) == 0);
        }
        auto const g = run.backward(dy).parameters.flat();
        CHECK(g[0] == 0);
        CHECK(!flush_denormals::is_on());
    }
}

#endif

TEST_CASE("run_schedule: layers of different dimensions, one after the other")
{
    test::gradient_agrees<test::stacked>();
    test::float_agrees<test::stacked>();
}

TEST_CASE("run_schedule: states without recurrence beside one with")
{
    test::gradient_agrees<test::delay_chain>();
    test::float_agrees<test::delay_chain>();
}

TEST_CASE("run_schedule: states that change places")
{
    test::gradient_agrees<test::swapping>();
    test::float_agrees<test::swapping>();
}

TEST_CASE("run_schedule: a delay line, without parameters") { test::gradient_agrees<test::delay_line>(); }

TEST_CASE("run_schedule: a state that stays what it is") { test::gradient_agrees<test::unchanging>(); }

TEST_CASE("run_schedule: constants, and arrays of members")
{
    test::gradient_agrees<test::legendre>();
    test::gradient_agrees<test::of_arrays>();
}

TEST_CASE("run_schedule: a state that becomes a parameter, an output that is the input")
{
    test::gradient_agrees<test::forgetful>();
}

TEST_CASE("run_schedule: an output that does not see the state")
{
    test::gradient_agrees<test::memoryless>();
}

TEST_CASE("run_schedule: an input and a parameter that are not used")
{
    test::gradient_agrees<test::autonomous>();
}
