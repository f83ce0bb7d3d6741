// EXPECT: a step has no atan
// EXPECT: a step has no maximum: write max(a, b)
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
        auto const angle = atan(W * x);       // HERE
        auto const size = maximum(h, angle);  // HERE
        return next{size};
    }
};

template struct rondo::ir_internal::compiled<elman>;
