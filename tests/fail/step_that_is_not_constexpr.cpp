// EXPECT: constexpr
// EXPECT: elman
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + h)}; }
};

template struct rondo::ir_internal::compiled<elman>;
