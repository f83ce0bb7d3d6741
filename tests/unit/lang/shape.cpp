#include <rondo/lang/shape.hpp>

#include <doctest/doctest.h>

#include <type_traits>

namespace shape_test {

using namespace rondo;
using namespace rondo::lang_internal;

namespace {

struct heads : dimension {};

using none = shape<>;
using H = shape<hidden>;
using X = shape<input>;
using HX = shape<hidden, input>;
using XH = shape<input, hidden>;
using AHX = shape<heads, hidden, input>;

static_assert(!is_matrix<none> && !is_matrix<H> && is_matrix<HX> && is_matrix<AHX>);
static_assert(!is_vector<none> && is_vector<H> && !is_vector<HX>);
static_assert(rank_of<none> == 0 && rank_of<H> == 1 && rank_of<AHX> == 3);

static_assert(repeats<shape<hidden, hidden>> && repeats<shape<heads, hidden, hidden>>);
static_assert(repeats<shape<hidden, heads, hidden>> && repeats<shape<hidden, hidden, heads>>);
static_assert(!repeats<none> && !repeats<H> && !repeats<HX> && !repeats<AHX>);

static_assert(is_along<AHX, hidden> && !is_along<HX, heads> && !is_along<none, hidden>);
static_assert(is_among<XH, AHX> && is_among<none, H> && !is_among<AHX, HX> && !is_among<X, H>);

// Within is among, in the same order.
static_assert(is_within<none, none> && is_within<none, AHX> && is_within<AHX, AHX>);
static_assert(is_within<H, AHX> && is_within<HX, AHX> && is_within<shape<heads, input>, AHX>);
static_assert(!is_within<XH, AHX> && !is_within<XH, HX> && !is_within<HX, H> && !is_within<H, none>);
static_assert(!is_within<shape<hidden, hidden>, HX>);
static_assert(are_reordered<XH, HX> && are_reordered<AHX, XH> && are_reordered<XH, AHX>);
static_assert(!are_reordered<HX, AHX> && !are_reordered<H, X> && !are_reordered<HX, HX>);
static_assert(!are_reordered<shape<hidden, hidden>, HX>);

static_assert(shapes_agree<H, H> && shapes_agree<H, none> && shapes_agree<none, H>);
static_assert(shapes_agree<none, none> && shapes_agree<X, HX> && shapes_agree<HX, H>);
static_assert(!shapes_agree<H, X> && !shapes_agree<XH, HX>);
static_assert(std::is_same_v<wider<none, H>, H> && std::is_same_v<wider<H, none>, H>);
static_assert(std::is_same_v<wider<X, HX>, HX> && std::is_same_v<wider<AHX, X>, AHX>);

static_assert(std::is_same_v<without<AHX, hidden>, shape<heads, input>>);
static_assert(std::is_same_v<without<AHX, input, heads>, H> && std::is_same_v<without<H, hidden>, none>);
static_assert(std::is_same_v<both_shapes<HX, shape<input, heads>>::type, shape<hidden, input, heads>>);
static_assert(std::is_same_v<both_shapes<H, none>::type, H> && std::is_same_v<both_shapes<H, H>::type, H>);
static_assert(std::is_same_v<last_of<AHX>::type, input> && std::is_same_v<last_of<XH>::type, hidden>);
static_assert(std::is_same_v<exchanged<AHX>::type, shape<heads, input, hidden>>);
static_assert(std::is_same_v<exchanged<HX>::type, XH> && std::is_same_v<exchanged<H>::type, H>);

}  // namespace

TEST_CASE("shape: what follows from dimensions is known while compiling")
{
    CHECK(dimensions_are_distinct<AHX>::value);
}

}  // namespace shape_test
