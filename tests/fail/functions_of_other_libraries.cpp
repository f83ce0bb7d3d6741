// EXPECT: a step has no powr: write pow(a, b)
// EXPECT: a step has no relu6: write clamp(a, 0, 6)
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto const squared = powr(W * x, 2);    // HERE
        return next{relu6(0.5 * h + squared)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
