#include <rondo/lang/dimension_table.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

namespace dimension_table_test {

using namespace rondo;
using namespace rondo::lang_internal;

namespace {

namespace elsewhere {
struct hidden : dimension {
    using dimension::dimension;
};
}  // namespace elsewhere

dimension_table bound()
{
    dimension_table t;
    t.add_bound<input>();
    t.add_bound<hidden>();
    return t;
}

}  // namespace

TEST_CASE("dimension_table: joined dimensions are two pieces, and are numbered once")
{
    dimension_table t = bound();
    CHECK(t.number_of<input>() == 1);
    CHECK(t.number_of<hidden>() == 2);
    CHECK(t.number_of<joined<input, hidden>>() == 3);
    CHECK(t.number_of<joined<input, hidden>>() == 3);
    CHECK(t.number_of<joined<hidden, joined<input, hidden>>>() == 4);
    REQUIRE(t.names().size() == 5);
    CHECK(t.names()[0] == "1");
    CHECK((t.sizes()[2].is_bound && !t.sizes()[2].is_joined()));
    CHECK((!t.sizes()[3].is_bound && t.sizes()[3].is_joined()));
    CHECK((t.sizes()[3].first == 1 && t.sizes()[3].last == 2));
    CHECK((t.sizes()[4].first == 2 && t.sizes()[4].last == 3));
}

TEST_CASE("dimension_table: a dimension without a size, and one that has that of another")
{
    dimension_table t = bound();
    CHECK_THROWS_AS(t.number_of<output>(), std::invalid_argument);
    CHECK_THROWS_AS((t.number_of<joined<input, output>>()), std::invalid_argument);
    t.equate<output>(2);
    CHECK(t.number_of<output>() == 3);
    CHECK((!t.sizes()[3].is_bound && !t.sizes()[3].is_joined() && t.sizes()[3].first == 2));
    t.equate<output>(1);
    t.equate<output>(2);
    CHECK(t.equal().size() == 2);
    CHECK(t.equal()[1] == equal_dimensions{1, 3});
}

TEST_CASE("dimension_table: two dimensions of one name are two")
{
    dimension_table t = bound();
    t.add_bound<elsewhere::hidden>();
    CHECK(t.number_of<elsewhere::hidden>() == 3);
    CHECK(t.number_of<hidden>() == 2);
}

TEST_CASE("dimension_table: a full table says so")
{
    dimension_table t = bound();
    CHECK_THROWS_WITH_AS(
        [&] {
            for (int i = 0; i < 40; ++i) {
                t.add_bound<output>();
            }
        }(),
        "rondo: a cell has more than 31 dimensions, joined ones included", std::length_error);
}

}  // namespace dimension_table_test
