// EXPECT: a vector stands on the right of a matrix: write W * v
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(x * W + h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
