#include "unit/edge_cells.hpp"
#include "unit/matrix_cells.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/model/parameters.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

template <class Cell, class T, dimension_name... D>
parameters<Cell, T> make(D... bound)
{
    return parameters<Cell, T>(sizes<Cell>(bound...));
}

}  // namespace

TEST_CASE_TEMPLATE("parameters: every one begins a cache line, with zeros in between", T, float, double)
{
    auto p = make<lstm<>, T>(input{3}, hidden{5});
    std::size_t covered = 0;
    for (std::size_t i = 0; i < p.count; ++i) {
        auto const e = p.entries(i);
        CHECK(reinterpret_cast<std::uintptr_t>(e.data()) % 64 == 0);
        CHECK(e.size() ==
              std::accumulate(p.shape(i).begin(), p.shape(i).end(), std::size_t{1}, std::multiplies<>()));
        CHECK(e.data() >= p.flat().data());
        CHECK(e.data() + e.size() <= p.flat().data() + p.flat().size());
        covered += e.size();
    }
    CHECK(covered == p.size());
    CHECK(covered == 4 * 5 * (3 + 5 + 1));
    p.fill(T(3));
    CHECK(std::count(p.flat().begin(), p.flat().end(), T(3)) == static_cast<std::ptrdiff_t>(covered));
    CHECK(std::count(p.flat().begin(), p.flat().end(), T(0)) ==
          static_cast<std::ptrdiff_t>(p.flat().size() - covered));
}

TEST_CASE("parameters: views by name are the entries, row by row")
{
    auto p = make<lstm<>, double>(input{3}, hidden{5});
    auto w = p["f.W"_s];
    REQUIRE(w.dimension() == 2);
    CHECK(w.shape()[0] == 5);
    CHECK(w.shape()[1] == 3);
    std::size_t const i = parameter_index<lstm<>>("f.W");
    for (std::size_t k = 0; k < p.entries(i).size(); ++k) {
        p.entries(i)[k] = static_cast<double>(k);
    }
    CHECK(w(0, 0) == 0);
    CHECK(w(1, 0) == 3);
    CHECK(w(4, 2) == 14);
    w(4, 2) = 99;
    CHECK(p.entries(i).back() == 99);

    auto b = p["o.b"_s];
    REQUIRE(b.dimension() == 1);
    CHECK(b.shape()[0] == 5);
    b(4) = 7;
    auto const& constant = p;
    CHECK(constant["o.b"_s](4) == 7);
    CHECK(constant.entries(parameter_index<lstm<>>("o.b"))[4] == 7);
}

TEST_CASE("parameters: three dimensions, the last innermost")
{
    auto p = make<test::mlstm, double>(input{3}, test::heads{2}, test::keys{5}, test::values{4});
    auto w = p["W_v"_s];
    REQUIRE(w.dimension() == 3);
    std::size_t const i = parameter_index<test::mlstm>("W_v");
    CHECK(std::ranges::equal(p.shape(i), std::array<std::size_t, 3>{2, 4, 3}));
    CHECK(p.entries(i).size() == 24);
    p.entries(i)[(1 * 4 + 2) * 3 + 1] = 7;
    CHECK(w(1, 2, 1) == 7);
    auto const other = make<test::mlstm, double>(input{3}, test::heads{2}, test::keys{5}, test::values{6});
    CHECK_THROWS_WITH_AS(p = other, "rondo: parameter 'W_v': expected shape (2, 4, 3); found shape (2, 6, 3)",
                         std::invalid_argument);
}

TEST_CASE("parameters: a scalar is a reference to its number")
{
    auto p = make<test::leaky_counter, float>(input{4});
    p["decay"_s] = 0.5F;
    CHECK(p.entries(1)[0] == 0.5F);
    CHECK(p.entries(1).size() == 1);
    CHECK(p.size() == 4 + 1 + 1);
    auto const& constant = p;
    CHECK(constant["decay"_s] == 0.5F);
}

TEST_CASE("parameters: names through nested cells, in the order of the members")
{
    std::vector<std::string_view> const names{
        "first.i.W",  "first.i.U",  "first.i.b",  "first.f.W",  "first.f.U",  "first.f.b",  "first.g.W",
        "first.g.U",  "first.g.b",  "first.o.W",  "first.o.U",  "first.o.b",  "second.i.W", "second.i.U",
        "second.i.b", "second.f.W", "second.f.U", "second.f.b", "second.g.W", "second.g.U", "second.g.b",
        "second.o.W", "second.o.U", "second.o.b", "V"};
    using p = parameters<test::stacked, float>;
    REQUIRE(p::count == names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        CHECK(p::info(i).name.view() == names[i]);
        CHECK(parameter_index<test::stacked>(names[i]) == i);
    }
    CHECK(parameter_index<test::stacked>("first.i") == p::count);
    CHECK(parameter_index<test::stacked>("") == p::count);
}

TEST_CASE_TEMPLATE("parameters: constants are behind the vector of what is trained, and not set", T, float,
                   double)
{
    auto p = make<test::legendre, T>(input{3}, hidden{5});
    CHECK(p.size() == 25 + 5 + 3 + 1 + 25 + 5);
    T const* const end = p.flat().data() + p.flat().size();
    for (std::size_t i = 0; i < p.count; ++i) {
        CAPTURE(i);
        auto const e = p.entries(i);
        CHECK(reinterpret_cast<std::uintptr_t>(e.data()) % 64 == 0);
        CHECK(p.info(i).is_constant == (i == 0 || i == 1 || i == 3));
        CHECK((e.data() < end) == !p.info(i).is_constant);
        bool const is_set = std::ranges::all_of(e, [](T x) { return x == 0; });
        bool const is_unset = std::ranges::all_of(e, [](T x) { return std::isnan(x); });
        CHECK((p.info(i).is_constant ? is_unset : is_set));
    }
    p.fill(T(3));
    CHECK(std::isnan(p["rate"_s]));
    p["rate"_s] = T(0.5);
    p["A"_s](4, 4) = T(2);
    auto const copy = p;
    CHECK(copy["rate"_s] == T(0.5));
    CHECK(copy["A"_s](4, 4) == T(2));
}

TEST_CASE("parameters: a cell without any")
{
    auto const p = make<test::delay_line, double>(input{4});
    CHECK(p.count == 0);
    CHECK(p.size() == 0);
    CHECK(p.flat().empty());
}

TEST_CASE("parameters: copies are independent")
{
    auto a = make<test::forgetful, double>(input{2}, hidden{3});
    auto b = a;
    a["b"_s](1) = 4;
    CHECK(b["b"_s](1) == 0);
    b = a;
    CHECK(b["b"_s](1) == 4);
}

TEST_CASE("parameters: those of other shapes are rejected by name, and nothing has changed")
{
    auto large = make<test::rectified, double>(input{4}, hidden{3});
    auto small = make<test::rectified, double>(input{2}, hidden{3});
    large.fill(1);
    small.fill(2);
    CHECK_THROWS_WITH_AS(small = large, "rondo: parameter 'W': expected shape (3, 2); found shape (3, 4)",
                         input_error);
    CHECK_THROWS_WITH_AS(large = small, "rondo: parameter 'W': expected shape (3, 4); found shape (3, 2)",
                         input_error);
    CHECK_THROWS_AS((large = make<test::rectified, double>(input{2}, hidden{3})), input_error);
    CHECK(large["W"_s](2, 3) == 1);
    CHECK(large["b"_s](0) == 1);
    CHECK_NOTHROW(large.require_shapes_of(large));
    CHECK_THROWS_AS(small.require_shapes_of(large), input_error);
}

TEST_CASE("parameters: assignment is in place, and moving from parameters leaves them as they are")
{
    auto a = make<test::rectified, double>(input{4}, hidden{3});
    auto b = a;
    b.fill(3);
    auto const view = a["U"_s];
    a = b;
    CHECK(view(2, 2) == 3);
    auto const taken = std::move(b);
    CHECK(b["U"_s](2, 2) == 3);
    a.fill(4);
    b = std::move(a);
    CHECK(b["U"_s](2, 2) == 4);
    CHECK(a["U"_s](2, 2) == 4);
    auto& same = a;
    a = same;
    CHECK(a["U"_s](2, 2) == 4);
}

TEST_CASE("parameters: more entries than memory can have are rejected by the parameter")
{
    std::size_t const large = std::size_t{1} << 32;  // the number of entries is zero in 64 bits
    CHECK_THROWS_WITH_AS(
        (make<test::rectified, float>(input{large}, hidden{large})),
        "rondo: parameter 'W': expected at most 281474976710656 entries of all parameters; found "
        "shape (4294967296, 4294967296)",
        input_error);
    // Each of them would fit.
    CHECK_THROWS_WITH_AS(
        (make<test::rectified, float>(input{(std::size_t{1} << 24) - 1}, hidden{std::size_t{1} << 24})),
        doctest::Contains("parameter 'U'"), input_error);
}
