// EXPECT: lag<k>(v) delays a vector or a scalar, and this is a matrix
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct stale_weights {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{h + lag<2>(W) * x};  // HERE
    }
};

template struct rondo::ir_internal::compiled<stale_weights>;
