// EXPECT: where(a > b, c, d) chooses entry by entry
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{h > 1.0 ? W * x : U * h};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
