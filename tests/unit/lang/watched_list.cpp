#include <rondo/lang/cell.hpp>
#include <rondo/lang/watched_list.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

namespace watched_list_test {

using namespace rondo;
using namespace rondo::lang_internal;

TEST_CASE("watched_list: values in order, with names that are numbered from the second on")
{
    recorder record{};
    vec<hidden> const h(&record, record.nodes.leaf(op::state, 0, {1}));
    (void)watch(h, "a"_s);
    (void)watch(sum(h), "b"_s);
    (void)watch(2 * h, "a"_s);
    (void)watch(3 * h, "a"_s);
    std::string names;
    for (watched_value const& one : list_watched(record)) {
        names += std::string(one.name.view()) + ",";
    }
    CHECK(names == "a,b,a.2,a.3,");
    CHECK(list_watched(record)[1].shape == extents{});
    CHECK(list_watched(record)[2].shape == extents{1});
}

TEST_CASE("watched_list: one value too many is rejected")
{
    recorder record{};
    vec<hidden> const h(&record, record.nodes.leaf(op::state, 0, {1}));
    for (std::size_t k = 0; k < max_watched; ++k) {
        (void)watch(h, "a"_s);
    }
    CHECK(list_watched(record)[max_watched - 1].name.view() == "a.24");
    CHECK_THROWS_WITH_AS((void)watch(h, "a"_s), "rondo: a step watches more than 24 values",
                         std::length_error);
}

}  // namespace watched_list_test
