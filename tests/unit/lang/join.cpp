#include "recording.hpp"

#include "unit/joining_cells.hpp"

#include <rondo/lang/trace.hpp>

#include <doctest/doctest.h>

#include <type_traits>

namespace join_test {

using namespace rondo;
using namespace rondo::test;

namespace {

struct of_bound : recording {
    of_bound()
    {
        record.dimensions.add_bound<hidden>();
        record.dimensions.add_bound<input>();
    }
};

}  // namespace

TEST_CASE("join: vectors are joined two at a time, along the dimensions of their pieces")
{
    of_bound r;
    auto const both = join(r.h, r.x);
    static_assert(std::is_same_v<decltype(both)::shape_type, shape<joined<hidden, input>>>);
    CHECK(is(r, both, op::join, r.h, r.x));
    CHECK(r[both].shape == extents{r.record.dimensions.number_of<joined<hidden, input>>()});
    auto const all = join(both, r.c);
    static_assert(std::is_same_v<decltype(all)::shape_type, shape<joined<joined<hidden, input>, hidden>>>);
    CHECK(is(r, all, op::join, both, r.c));
}

TEST_CASE("join: a part of two is the first or the last, and a piece of more is a part of a part")
{
    of_bound r;
    auto const both = join(r.h, r.x);
    CHECK(is(r, part<hidden>(both), op::first_piece, both));
    CHECK(r[part<hidden>(both)].index == 2);
    CHECK(is(r, part<input>(both), op::last_piece, both));
    CHECK(r[part<input>(both)].index == 1);
    CHECK(r[part<input>(both)].shape == extents{2});

    auto const gates = trace<joined_lstm>().step;
    int parts = 0;
    for (node_id i = 0; i < gates.nodes.size(); ++i) {
        parts += is_part(gates.nodes[i].opcode);
    }
    CHECK(parts == 6);  // four pieces, and two parts between
}

TEST_CASE("join: of a joined dimension a model binds the pieces")
{
    static_assert(std::is_same_v<dimensions_of<joined_lstm>,
                                 type_list<input, hidden, in_gate, forget_gate, candidate>>);
    static_assert(has_dimension<joined_lstm, candidate> &&
                  !has_dimension<joined_lstm, joined<input, hidden>>);
    CHECK(trace<joined_lstm>().shapes.dimensions[6] == "joined<in_gate, forget_gate>");
}

TEST_CASE("join: values that tracing does not know are reported")
{
    of_bound r;
    CHECK(join(vec<hidden>{}, vec<input>{}).record == nullptr);
    CHECK(part<hidden>(vec<joined<hidden, input>>{}).record == nullptr);
    CHECK_FALSE(r.record.met_unlisted);
    (void)join(r.h, vec<input>{});
    CHECK(r.record.met_unlisted);
}

}  // namespace join_test
