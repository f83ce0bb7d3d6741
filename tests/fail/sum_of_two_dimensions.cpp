// EXPECT: the operands have different dimensions
// EXPECT: operands_meet<rondo::shape<rondo::hidden>, rondo::shape<rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * x + U * h + x)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
