// EXPECT: the output of a step is a vector or a scalar
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct readout {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * x + h)}.output(W);  // HERE
    }
};

template struct rondo::ir_internal::compiled<readout>;
