#include <rondo/cell/lstm.hpp>
#include <rondo/lang/signature.hpp>

#include <doctest/doctest.h>

#include <tuple>
#include <type_traits>

namespace {

using namespace rondo;
using namespace rondo::ir_internal;

struct accumulates {
    constexpr auto operator()(vec<input> x, vec<input> s) const { return next{s + x}; }
};
struct weighs {
    weight<output, hidden> V;
    accumulates inside;
    RONDO_MEMBERS(V, inside);

    constexpr auto operator()(vec<input> const& x, vec<input> s, scalar n) const noexcept
    {
        auto [sum] = inside(x, s);
        return next{sum, n};
    }
};
struct two_steps {
    constexpr auto operator()(vec<input> x) const { return next{x}; }
    constexpr auto operator()(vec<hidden> x) const { return next{x}; }
};
struct from_a_number {
    explicit from_a_number(int) {}
    auto operator()(vec<input>, vec<input> s) const { return next{s}; }
};

}  // namespace

namespace {

static_assert(cell<accumulates> && cell<weighs> && cell<lstm<>>);
static_assert(!cell<two_steps> && !cell<from_a_number> && !cell<int>);

// By value or by reference, noexcept or not.
static_assert(std::is_same_v<call_of<weighs>::input, vec<input>>);
static_assert(std::is_same_v<call_of<weighs>::states, std::tuple<shape<input>, shape<>>>);
static_assert(std::is_same_v<call_of<lstm<>>::states, std::tuple<shape<hidden>, shape<hidden>>>);

// Dimensions of the input, the states, the parameters, in the order of their first use.
static_assert(std::is_same_v<dimensions_of<accumulates>, type_list<input>>);
static_assert(std::is_same_v<dimensions_of<weighs>, type_list<input, output, hidden>>);
static_assert(std::is_same_v<dimensions_of<lstm<>>, type_list<input, hidden>>);

}  // namespace

TEST_CASE("signature: is checked while compiling") { CHECK(dimensions_of<lstm<>>::size == 2); }
