#include "recording.hpp"

#include "unit/joining_cells.hpp"

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

}  // namespace as_test
