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
        if (h > 1.0) {  // HERE
            return next{W * x};
        }
        return next{U * h};
    }
};

template struct rondo::ir_internal::compiled<elman>;
