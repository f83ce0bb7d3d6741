#include "unit/equal_programs.hpp"
#include "unit/watching_cells.hpp"

#include <rondo/lang/trace.hpp>
#include <rondo/lang/watch.hpp>
#include <rondo/pass/pipeline.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

namespace watch_test {

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

static_assert(std::is_same_v<decltype(watch(vec<hidden>{}, "a"_s)), vec<hidden>>);
static_assert(watch(scalar{}, "a"_s).record == nullptr);

}  // namespace

TEST_CASE("watch: a marked step lists its values, and compiles to the step without marks")
{
    using marked = compiled<test::coupled<true>>;
    using plain = compiled<test::coupled<false>>;
    static_assert(marked::traced.watched.size() == 3);
    CHECK(marked::traced.watched[0].name.view() == "forget gate");
    CHECK(marked::traced.watched[0].shape == extents{2});
    CHECK(marked::traced.watched[1].shape == extents{});
    CHECK(plain::traced.watched.empty());
    CHECK(test::equal(marked::forward, plain::forward));
    CHECK(test::equal(marked::backward, plain::backward));
    CHECK(marked::reverse.saved.size() == plain::reverse.saved.size());
}

TEST_CASE("watch: names that a step passes several times are numbered")
{
    std::string names;
    for (auto const& one : compiled<test::watching_twice>::traced.watched) {
        names += std::string(one.name.view()) + ",";
    }
    CHECK(names == "a,b,a.2,");
}

TEST_CASE("watch: probes are added to the values")
{
    lang_internal::recorder record{};
    vec<hidden> const h(&record, record.nodes.leaf(op::state, 0, {1}));
    node_id const probe = record.nodes.leaf(op::input, 0, {1});
    record.probes = &probe;
    vec<hidden> const seen = watch(h, "h"_s);
    CHECK(record.nodes[seen.id].opcode == op::add);
    CHECK(record.marked[0].value == seen.id);
}

}  // namespace watch_test
