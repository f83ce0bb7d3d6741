#include "unit/lang/recording.hpp"

#include <rondo/lang/next.hpp>

#include <doctest/doctest.h>

#include <tuple>
#include <type_traits>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

// States keep their order and types; an output is added at the end.
using two = decltype(next{vec<hidden>{}, scalar{}});
static_assert(std::is_same_v<two, next<shape<hidden>, shape<>>>);
static_assert(std::tuple_size_v<two> == 2);
static_assert(std::is_same_v<std::tuple_element_t<0, two>, vec<hidden>>);
static_assert(std::is_same_v<std::tuple_element_t<1, two>, scalar>);

using with_output = decltype(next{vec<hidden>{}, scalar{}}.output(vec<output>{}));
static_assert(std::tuple_size_v<with_output> == 3);
static_assert(std::is_same_v<std::tuple_element_t<1, with_output>, scalar>);
static_assert(std::is_same_v<std::tuple_element_t<2, with_output>, vec<output>>);

// A parameter is a value like any other.
static_assert(std::is_same_v<decltype(next{bias<hidden>{}}), next<shape<hidden>>>);

static_assert(holds([](recording& r) {
    auto [h, s] = next{r.h, r.s};
    return h.id == r.h.id && s.id == r.s.id;
}));
static_assert(holds([](recording& r) {
    auto [h, c, y] = next{r.h, r.c}.output(r.x);
    return h.id == r.h.id && c.id == r.c.id && y.id == r.x.id;
}));

}  // namespace

TEST_CASE("next: a structured binding gives its states")
{
    recording r{};
    auto [first] = next{r.c};
    CHECK(first.id == r.c.id);
    CHECK(next{r.h, r.c}.get<1>().id == r.c.id);
}
