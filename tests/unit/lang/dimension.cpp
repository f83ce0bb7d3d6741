#include <rondo/lang/dimension.hpp>

#include <doctest/doctest.h>

namespace elsewhere {

struct phonemes : rondo::dimension {
    using dimension::dimension;
};
struct phonemes_of_hidden {};
template <class T>
struct pair {};

}  // namespace elsewhere

namespace {

using namespace rondo;
using namespace rondo::ir_internal;

static_assert(dimension_name<input> && dimension_name<hidden> && dimension_name<output>);
static_assert(dimension_name<elsewhere::phonemes>);
static_assert(!dimension_name<dimension>);  // that is no name
static_assert(!dimension_name<int> && !dimension_name<elsewhere::phonemes_of_hidden>);

static_assert(hidden{128}.size == 128);
static_assert(hidden{}.size == 0);
static_assert(elsewhere::phonemes{44}.size == 44);
static_assert(fixed<hidden, 16>::size == 16);

static_assert(type_name<hidden>() == "hidden");
static_assert(type_name<elsewhere::phonemes>() == "phonemes");
static_assert(type_name<int>() == "int");

}  // namespace

TEST_CASE("dimension: its name is that of its type")
{
    CHECK(type_name<elsewhere::phonemes_of_hidden>() == "phonemes_of_hidden");
    CHECK(type_name<elsewhere::pair<int>>() == "pair<int>");
}
