#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/borrowed.hpp>

#include <doctest/doctest.h>

#include <utility>

using namespace rondo;

template <class X>
concept can_be_borrowed = requires(X&& x) { borrowed(std::forward<X>(x)); };
static_assert(can_be_borrowed<xt::xtensor<float, 3>&>);
static_assert(can_be_borrowed<xt::xtensor<float, 3> const&>);
static_assert(!can_be_borrowed<xt::xtensor<float, 3>>);  // would not live until backward()

TEST_CASE("borrowed: refers to the array")
{
    xt::xtensor<float, 3> const x = xt::ones<float>({4, 2, 3});
    CHECK(&borrowed(x).array == &x);
}
