// EXPECT: a member of this cell is missing in its RONDO_MEMBERS list
// EXPECT: elman
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    bias<hidden> b;
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + U * h + b)}; }
};

template struct rondo::ir_internal::compiled<elman>;
