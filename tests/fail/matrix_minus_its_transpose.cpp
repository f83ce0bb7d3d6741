// EXPECT: for (U - transpose(U)) * h write U * h - transpose(U) * h
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh((U - transpose(U)) * h + W * x + b)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
