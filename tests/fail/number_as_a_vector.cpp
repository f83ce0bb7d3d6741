// EXPECT: a number is no vector or scalar of the step: use it in an operation
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        vec<hidden> a = 1.0;  // HERE
        return next{a * h + W * x};
    }
};

template struct rondo::ir_internal::compiled<elman>;
