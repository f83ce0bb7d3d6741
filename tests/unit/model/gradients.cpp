#include <rondo/cell/lstm.hpp>
#include <rondo/model/gradients.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <type_traits>

using namespace rondo;

TEST_CASE("gradients: of all parameters, of the input, and of every initial state")
{
    model<lstm<>, double> const m{input{3}, hidden{5}};
    gradients<lstm<>, double> const g{parameters<lstm<>, double>(m.bound())};
    CHECK(g.parameters.flat().size() == m.parameters().flat().size());
    CHECK(std::ranges::all_of(g.parameters.flat(), [](double x) { return x == 0; }));
    static_assert(std::is_same_v<decltype(g.input), xt::xtensor<double, 3>>);
    CHECK(g.initial.size() == 2);  // h and c
}
