#include "recording.hpp"

#include "unit/joining_cells.hpp"

#include <rondo/graph/verify.hpp>
#include <rondo/lang/trace.hpp>
#include <rondo/model/model.hpp>

#include <doctest/doctest.h>

#include <type_traits>

namespace as_test {

using namespace rondo;
using namespace rondo::test;

namespace {

struct deeper : dimension {
    using dimension::dimension;
};

/// Reads the input along the state, the state along a dimension that is nowhere else, and a number as a
/// vector.
struct residual {
    weight<deeper, joined<hidden, gap>> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h, scalar s) const
    {
        auto there = as<candidate>(h) * as<candidate>(x);
        return next{h + as<hidden>(x), s}.output(W * join(as<hidden>(there), as<gap>(s)));
    }
};

}  // namespace

TEST_CASE("as: takes no operation, and the output has the name of its own dimension")
{
    traced_step const t = trace<residual>();
    int repeated = 0;
    for (node_id i = 0; i < t.step.nodes.size(); ++i) {
        repeated += t.step.nodes[i].opcode == op::broadcast;
    }
    CHECK(repeated == 1);  // of the number
    CHECK(t.shapes.dimensions[static_cast<std::size_t>(t.shapes.outputs[0].shape.rows())] == "deeper");
}

TEST_CASE("as: the sizes are compared where they are bound")
{
    CHECK_NOTHROW(model<residual>(input{4}, hidden{4}, deeper{2}, gap{1}));
    CHECK_NOTHROW(model<residual, float, fixed<input, 4>, fixed<gap, 1>>(hidden{4}, deeper{2}));
    CHECK_THROWS_WITH_AS(
        model<residual>(input{4}, hidden{5}, deeper{2}, gap{1}),
        "rondo: dimension 'candidate' of residual: expected the size 4 of 'input', which the "
        "step reads as it; found 5",
        input_error);
    CHECK_THROWS_WITH_AS(
        model<residual>(input{4}, hidden{4}, deeper{2}, gap{3}),
        "rondo: dimension 'gap' of residual: expected the size 1 of '1', which the step reads as "
        "it; found 3",
        input_error);
}

namespace {

/// Adds to a matrix the products of a vector with itself, and multiplies a vector for each head that is read
/// along another dimension by a weight that has both.
struct correlating {
    weight<heads, gap, deeper> R;
    RONDO_MEMBERS(R);

    constexpr auto operator()(vec<input> x, mat<input, hidden> C, mat<heads, gap> h) const
    {
        return next{C + outer(x, as<hidden>(x)), R * as<heads, deeper>(h)}.output(as<gap>(x));
    }
};

}  // namespace

TEST_CASE("as: where a matrix has both dimensions, a value that is read along the other is renamed")
{
    traced_step const t = trace<correlating>();
    CHECK(verify(t.step).is_valid());
    int renamed = 0;
    for (node_id i = 0; i < t.step.nodes.size(); ++i) {
        node const& n = t.step.nodes[i];
        renamed += n.opcode == op::rename;
        CHECK((n.opcode != op::rename || n.shape.rank() == t.step.nodes[n.a].shape.rank()));
    }
    // The dimensions of the output and of x are together in no matrix, those of h and of the factor in a
    // weight, which may have one dimension twice.
    CHECK(renamed == 1);
    CHECK_THROWS_AS(model<correlating>(input{4}, hidden{5}, heads{2}, gap{4}, deeper{4}), input_error);
    CHECK_THROWS_AS(model<correlating>(input{4}, hidden{4}, heads{2}, gap{4}, deeper{3}), input_error);
    CHECK_NOTHROW(model<correlating>(input{4}, hidden{4}, heads{2}, gap{4}, deeper{4}));
}

}  // namespace as_test
