// EXPECT: write exp(v) and not std::exp(v)
#include <rondo/pass/pipeline.hpp>

#include <cmath>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{W * x + h * std::exp(b)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
