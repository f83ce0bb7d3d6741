// EXPECT: a matrix can only be multiplied with a vector
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W + x + h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
