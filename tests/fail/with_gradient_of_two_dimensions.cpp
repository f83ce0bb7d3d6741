// EXPECT: in with_gradient(value, like) the two have different dimensions
// EXPECT: gradients_meet<rondo::shape<rondo::hidden>, rondo::shape<rondo::input>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct straight_through {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{with_gradient(tanh(W * x + h), x)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<straight_through>;
