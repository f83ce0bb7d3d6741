#include <rondo/lang/expression.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using namespace rondo;
using namespace rondo::lang_internal;

TEST_CASE("the shape of an expression is its type")
{
    CHECK(std::is_same_v<scalar::shape_type, shape<>>);
    CHECK(std::is_same_v<vec<hidden>::shape_type, shape<hidden>>);
    CHECK(!std::is_same_v<vec<hidden>, vec<input>>);

    CHECK(is_matrix<shape<hidden, input>>);
    CHECK(!is_matrix<shape<hidden>>);
    CHECK(is_vector<shape<hidden>>);
    CHECK(!is_vector<shape<>>);
    CHECK(!is_vector<shape<hidden, input>>);
}

TEST_CASE("a matrix is a value if its dimensions differ")
{
    CHECK(std::is_same_v<mat<hidden, input>::shape_type, shape<hidden, input>>);
    CHECK(std::is_same_v<mat<output, hidden, input>, expression<shape<output, hidden, input>>>);
    CHECK(is_value<scalar>);
    CHECK(is_value<vec<hidden>>);
    CHECK(is_value<mat<output, hidden, input>>);
    CHECK_FALSE(is_value<mat<hidden, hidden>>);
    CHECK_FALSE(is_value<mat<hidden, input, hidden>>);
    CHECK_FALSE(is_value<double>);
}

TEST_CASE("an expression has no recorder before tracing, and copies refer to one value")
{
    vec<hidden> const before;
    CHECK(before.record == nullptr);
    CHECK(before.id == ir_internal::no_node);

    recorder r;
    vec<hidden> const recorded{&r, 3};
    vec<hidden> const copy = recorded;  // NOLINT: a copy is what is tested
    CHECK(copy.record == &r);
    CHECK(copy.id == 3);
    CHECK(!r.met_unlisted);
}
