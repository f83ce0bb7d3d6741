#include "unit/edge_cells.hpp"
#include "unit/random_run.hpp"

#include <rondo/cell/gru_reset_before.hpp>
#include <rondo/model/model.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <stdexcept>
#include <type_traits>

namespace model_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

using cell_type = gru_reset_before<>;

/// Output, final states and gradients of a model, with the parameters and arguments of @p with.
template <class Model, class T>
test::tensors results_with(Model m, test::random_run<cell_type, T> const& with)
{
    auto const from = with.m.parameters().flat();
    std::copy(from.begin(), from.end(), m.parameters().flat().begin());
    bptt run{m};
    return test::results_of(run, with);
}

}  // namespace

TEST_CASE_TEMPLATE("model: constant sizes agree with sizes at run time", T, float, double)
{
    test::random_run<cell_type, T> const with(6, 3, 5, input{5}, hidden{19});
    auto const expected = results_with(model<cell_type, T>{input{5}, hidden{19}}, with);
    double const rounding = 8 * static_cast<double>(std::numeric_limits<T>::epsilon());

    model<cell_type, T, fixed<input, 5>, fixed<hidden, 19>> const both{};
    CHECK(both.bound().template of<hidden>() == 19);
    CHECK(test::difference(results_with(both, with), expected) < rounding);
    model<cell_type, T, fixed<hidden, 19>> const one{input{5}};
    CHECK(test::difference(results_with(one, with), expected) < rounding);
}

TEST_CASE("model: a size of zero is rejected by name")
{
    CHECK_THROWS_WITH_AS((model<cell_type>{input{3}, hidden{0}}),
                         "rondo: dimension 'hidden': expected a size from 1 to 281474976710656; found 0",
                         input_error);
    CHECK_THROWS_WITH_AS((model<cell_type, float, fixed<hidden, 4>>{input{0}}), doctest::Contains("'input'"),
                         input_error);
}

TEST_CASE("model: sizes that no memory has are rejected by the dimension or the parameter")
{
    std::ptrdiff_t const negative = -1;  // a constant in braces would not compile
    auto const hidden_of = [](auto n) { return hidden(static_cast<std::size_t>(n)); };
    CHECK_THROWS_WITH_AS((model<cell_type>{input{3}, hidden_of(negative)}),
                         "rondo: dimension 'hidden': expected a size from 1 to 281474976710656; found -1",
                         input_error);
    std::size_t const large = std::size_t{1} << 33;  // its square has no entry left in 64 bits
    CHECK_THROWS_WITH_AS((model<cell_type>{input{large}, hidden{large}}),
                         doctest::Contains("parameter 'r.W': expected at most 281474976710656 entries of all "
                                           "parameters; found shape (8589934592, 8589934592)"),
                         input_error);
    CHECK_THROWS_AS((model<cell_type, float, fixed<hidden, (std::size_t{1} << 33)>>{input{large}}),
                    input_error);
    CHECK_THROWS_AS((model<cell_type, double>{input{1}, hidden{std::size_t{1} << 48}}), input_error);
    CHECK_THROWS_AS((model<test::delay_line>{input{(std::size_t{1} << 48) + 1}}), input_error);
}

TEST_CASE("model: sizes may be given in any order")
{
    model<cell_type> const a{input{3}, hidden{4}};
    model<cell_type> const b{hidden{4}, input{3}};
    CHECK(a.bound().of<input>() == 3);
    CHECK(b.bound().of<input>() == 3);
    CHECK(a.parameters().size() == b.parameters().size());
}

TEST_CASE("model: numbers are float by default, and start at zero")
{
    model<cell_type> const m{input{3}, hidden{4}};
    CHECK(std::is_same_v<decltype(m)::value_type, float>);
    for (float const v : m.parameters().flat()) {
        CHECK(v == 0);
    }
}

TEST_CASE("model: a parameter by its dotted name, to read and to write")
{
    model<cell_type, double> m{input{3}, hidden{4}};
    m["z.U"_s](1, 2) = 5;
    model<cell_type, double> const copy = m;
    CHECK(copy["z.U"_s](1, 2) == 5);
    m["z.U"_s](1, 2) = 6;
    CHECK(copy["z.U"_s](1, 2) == 5);  // a copy has its own parameters
    CHECK(m.parameters()["z.U"_s](1, 2) == 6);
}

TEST_CASE("model: states of zeros, a scalar one with one column")
{
    model<cell_type, double> const m{input{3}, hidden{4}};
    auto const zero = m.zero_states(2);
    REQUIRE(zero.size() == 1);
    CHECK(zero[0] == xt::xtensor<double, 2>(xt::zeros<double>({2, 4})));

    model<test::leaky_counter, double> const counter{input{3}};
    CHECK(counter.zero_states(5)[0].shape()[0] == 5);
    CHECK(counter.zero_states(5)[0].shape()[1] == 1);
    CHECK(state_count<test::delay_line> == 2);
}

TEST_CASE("model: copies and moves have the sizes and parameters")
{
    model<cell_type, double> m{input{3}, hidden{4}};
    m["b"_s](3) = 2;
    model<cell_type, double> moved = std::move(m);
    CHECK(moved["b"_s](3) == 2);
    model<cell_type, double> other{input{1}, hidden{1}};
    other = moved;
    CHECK(other.bound().of<hidden>() == 4);
    CHECK(other["b"_s](3) == 2);
}

}  // namespace model_test
