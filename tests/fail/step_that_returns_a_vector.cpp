// EXPECT: operator() of a cell must return next{...}
// EXPECT: elman
// EXPECT: rondo::shape<rondo::hidden>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return tanh(W * x + h); }
};

template struct rondo::ir_internal::compiled<elman>;
