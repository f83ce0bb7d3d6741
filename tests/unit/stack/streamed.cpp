#include <rondo/cell/elman.hpp>
#include <rondo/stack/streamed.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>

namespace streamed_test {

using namespace rondo;
using namespace rondo::stack_internal;

namespace {

using run = bptt<elman<>, double>;
using net = stack<dropout<double>, run, residual<stack<run&, residual<run>>>>;

// Cells and sums in the order of the layers.
static_assert(streamed<net>::cells == 3);
static_assert(streamed<net>::sums == 2);
static_assert(std::is_same_v<decltype(streamed<net>::runs(std::declval<net const&>())),
                             std::tuple<run const&, run const&, run const&>>);

}  // namespace

TEST_CASE("streamed: a sum may have a part of the sum before as a term")
{
    residual_sum<double> sum;
    sum.resize(2);
    std::array<double, 2> const x{1, 2};
    std::array<double, 2> const y{10, 20};
    std::span<double const> const first = sum.add(x, y);
    CHECK(first[0] == 11);
    std::span<double const> const second = sum.add(first, y);
    CHECK(second[1] == 42);
    CHECK(first[1] == 22);  // still there
    std::array<double, 1> const one{5};
    CHECK(sum.add(second.subspan(1), one)[0] == 47);
    CHECK(second[1] == 42);
}

}  // namespace streamed_test
