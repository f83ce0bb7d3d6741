#include "unit/named_cells.hpp"

#include <rondo/lang/step_states.hpp>
#include <rondo/lang/trace.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace step_states_test {

using namespace rondo;
using namespace rondo::lang_internal;

namespace {

using cell_type = test::of_three_arguments;
using fast = cell_type::fast;
using slow = cell_type::slow;
static_assert(step_states<cell_type, fast>::value && step_states<cell_type, vec<hidden>>::value);
static_assert(std::is_same_v<step_states<cell_type, fast>::shapes, type_list<shape<hidden>, shape<>>>);
static_assert(std::is_same_v<call_of<cell_type>::arguments, std::tuple<fast, vec<hidden>, slow>>);
static_assert(std::is_same_v<call_of<cell_type>::states,
                             std::tuple<shape<hidden>, shape<>, shape<hidden>, shape<hidden>>>);

// A struct in next{...} stands for its members.
using result = decltype(next{fast{}, vec<hidden>{}, slow{}});
static_assert(std::tuple_size_v<result> == 4);
static_assert(std::is_same_v<std::tuple_element_t<1, result>, scalar>);
static_assert(std::is_same_v<decltype(next{fast{}}.output(scalar{})),
                             decltype(next{vec<hidden>{}, scalar{}}.output(scalar{}))>);

}  // namespace

TEST_CASE("step_states: every state is visited with its name, or none")
{
    fast f;
    std::string names;
    for_each_state(f, [&](auto const&, std::string_view name) { names += std::string(name) + " "; });
    CHECK(names == "a count ");
    vec<hidden> single;
    for_each_state(single, [&](auto const&, std::string_view name) { names = name; });
    CHECK(names.empty());
    CHECK(title_of_state("count", 1) == "\"count\"");
    CHECK(title_of_state("", 1) == "number 2");
}

TEST_CASE("step_states: states are changed in place, and grouped into the arguments of a step")
{
    recorder record{};
    auto const leaf = [&](int k) { return record.nodes.leaf(op::state, k, {1}); };
    vec<hidden> const a(&record, leaf(0));
    scalar const count(&record, record.nodes.leaf(op::state, 1, {}));
    vec<hidden> const m(&record, leaf(2));
    vec<hidden> const b(&record, leaf(3));
    auto const [f, middle, s] = group_states<call_of<cell_type>::arguments>(a, count, m, b);
    CHECK(f.a.id == a.id);
    CHECK(f.count.id == count.id);
    CHECK(middle.id == m.id);
    CHECK(s.b.id == b.id);
    auto const negated = transform_states(f, [](auto v) { return -v; });
    CHECK(record.nodes[negated.count.id].a == count.id);
    CHECK(negated.a.record == &record);
    auto const sums = combine_states(f, negated, [](auto v, auto w) { return v - w; });
    CHECK(record.nodes[sums.count.id].b == negated.count.id);
    CHECK(combine_states(m, b, [](auto, auto w) { return w; }).id == b.id);
}

TEST_CASE("step_states: the states of a traced step and their names")
{
    constexpr traced_step traced = trace<cell_type>();
    std::string names;
    for (dotted_name const& name : traced.shapes.state_names) {
        names += std::string(name.view()) + ",";
    }
    CHECK(names == "a,count,,b,");
    CHECK(traced.shapes.states.size() == 4);
    CHECK(traced.step.states.size() == 4);
    CHECK(traced.shapes.has_start);
    CHECK_FALSE(traced.met_unlisted);
}

}  // namespace step_states_test
