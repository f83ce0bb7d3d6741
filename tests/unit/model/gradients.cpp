#include <rondo/cell/lstm.hpp>
#include <rondo/model/gradients.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <type_traits>

using namespace rondo;

TEST_CASE("gradients: of all parameters, of the input, and of every initial state")
{
    model<lstm<>, double> const m{input{3}, hidden{5}};
    gradients<lstm<>, double> const g{parameter_gradients<lstm<>, double>(m.bound())};
    CHECK(g.parameters.flat().size() == m.parameters().flat().size());
    CHECK(std::ranges::all_of(g.parameters.flat(), [](double x) { return x == 0; }));
    static_assert(std::is_same_v<decltype(g.input), xt::xtensor<double, 3>>);
    CHECK(g.initial.size() == 2);  // h and c
}

TEST_CASE("gradients: those of a model of other sizes cannot be assigned, and nothing has changed")
{
    model<lstm<>, double> const m{input{3}, hidden{5}};
    model<lstm<>, double> const larger{input{3}, hidden{6}};
    gradients<lstm<>, double> to{parameter_gradients<lstm<>, double>(m.bound())};
    gradients<lstm<>, double> from{parameter_gradients<lstm<>, double>(larger.bound())};
    from.input = xt::ones<double>({1, 1, 3});
    to.parameters.fill(2);
    CHECK_THROWS_WITH_AS(to = from, "rondo: parameter 'i.W': expected shape (5, 3); found shape (6, 3)",
                         input_error);
    CHECK(to.parameters["i.b"_s](4) == 2);
    CHECK(to.input.size() != 3);
    gradients<lstm<>, double> const same = to;
    to.parameters.fill(0);
    to = same;
    CHECK(to.parameters["i.b"_s](4) == 2);
}

TEST_CASE("gradients: those of frozen parameters have no entries")
{
    model<lstm<>, float> const m{input{3}, hidden{5}};
    auto const all = exec_internal::make_gradients<float>(m.bound(), false);
    CHECK(all->parameters.flat().size() == m.parameters().flat().size());
    CHECK(exec_internal::make_gradients<float>(m.bound(), true)->parameters.flat().empty());
}
