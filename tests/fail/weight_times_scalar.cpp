// EXPECT: a matrix can only be multiplied with a vector: write W * v
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct scaled {
    weight<hidden, input> W;
    weight<> gain;
    RONDO_MEMBERS(W, gain);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh((W * gain) * x + h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<scaled>;
