// EXPECT: write c * d for c && d
// EXPECT: write 1 - c for !c
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto const inside = where(h > 0 && h < 1, W * x, b);  // HERE
        return next{where(!(h > 0), inside, h)};              // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
