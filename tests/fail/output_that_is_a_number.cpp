// EXPECT: the output of a step is a vector or a scalar; a number is none
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{W * x + h}.output(1.0);  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
