// EXPECT: a matrix can only be multiplied with a vector
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct sum_of_weights {
    weight<hidden, input> W, V;
    RONDO_MEMBERS(W, V);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh((W + V) * x + h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<sum_of_weights>;
