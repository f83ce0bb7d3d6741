#include <rondo/cell/elman.hpp>
#include <rondo/model/sizes.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/given_sequences.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

/// The lengths that a plan is given, or nothing for one length.
template <class X>
std::vector<std::ptrdiff_t> planned(X const& x, lengths_view lengths)
{
    given_sequences<step_inputs_of<elman<>>, float> given{{sequence_view<float>(x)}, lengths};
    given.check(sizes<elman<>>(input{2}, hidden{3}));
    std::vector<std::ptrdiff_t> found;
    given.visit_lengths([&](auto const& all) {
        if constexpr (std::is_same_v<decltype(all), lengths_view const&>) {
            for (std::ptrdiff_t b = 0; b < all.count(); ++b) {
                found.push_back(all[b]);
            }
        }
    });
    return found;
}

}  // namespace

TEST_CASE("given_sequences: the lengths of an array, of a padded array, and of a list")
{
    xt::xtensor<float, 3> const x = xt::zeros<float>({5, 2, 2});
    std::vector<xt::xtensor<float, 2>> const list{xt::zeros<float>({4, 2}), xt::zeros<float>({1, 2})};
    CHECK(planned(x, {}).empty());
    CHECK(planned(x, {3, 5}) == std::vector<std::ptrdiff_t>{3, 5});
    CHECK(planned(list, {}) == std::vector<std::ptrdiff_t>{4, 1});
}

TEST_CASE("given_sequences: rejects lengths that do not fit, and lengths beside a list")
{
    xt::xtensor<float, 3> const x = xt::zeros<float>({5, 2, 2});
    std::vector<xt::xtensor<float, 2>> const list{xt::zeros<float>({4, 2}), xt::zeros<float>({1, 2})};
    CHECK_THROWS_WITH_AS(planned(x, {3, 6}), "rondo: the lengths: expected 1 to 5 steps; found 6 for batch 1",
                         input_error);
    CHECK_THROWS_WITH_AS(
        planned(list, {4, 1}),
        "rondo: the lengths: expected none, as a list has those of its sequences; found 2 numbers",
        input_error);
}
