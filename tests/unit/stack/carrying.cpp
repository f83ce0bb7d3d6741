#include <rondo/cell/lstm.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/carrying.hpp>
#include <rondo/stack/dropout.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>

#include <doctest/doctest.h>

namespace carrying_test {

using namespace rondo;
using namespace rondo::stack_internal;
using run = truncated_bptt<lstm<>>;

static_assert(is_layer<run>);
static_assert(carrying_of<run&> == carrying::always);
static_assert(carrying_of<bptt<lstm<>>> == carrying::never);
static_assert(carrying_of<dropout<float>> == carrying::either);
static_assert(carrying_of<residual<run>> == carrying::always);
static_assert(carrying_of<residual<dropout<float>>> == carrying::either);
static_assert(carrying_of<stack<dropout<float>, run>> == carrying::always);
static_assert(carrying_of<stack<dropout<float>, bptt<lstm<>>>> == carrying::never);
static_assert(carrying_of<bidirectional<bptt<lstm<>>, bptt<lstm<>>>> == carrying::never);
static_assert(stack<run>::carries && !stack<dropout<float>>::carries);

TEST_CASE("carrying: the last steps of two arrays are added and copied")
{
    xt::xtensor<float, 3> const a{{{1}}, {{2}}, {{3}}}, b{{{10}}, {{20}}};
    xt::xtensor<float, 3> sum;
    xt::xtensor<float, 3> const expected{{{1}}, {{12}}, {{23}}};
    add_last_steps(a, b, sum);
    CHECK(sum == expected);
    add_last_steps(b, a, sum);
    CHECK(sum == expected);
    copy_last_steps(a, 2, sum);
    CHECK(sum == xt::xtensor<float, 3>{{{2}}, {{3}}});
}

}  // namespace carrying_test
