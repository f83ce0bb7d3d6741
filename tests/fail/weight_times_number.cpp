// EXPECT: a matrix can only be multiplied with a vector
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct scaled {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(0.5 * W * x + h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<scaled>;
