// EXPECT: a member or a variable that is named like a function, such as mean, hides it
// EXPECT: rename the member, or write rondo::mean(v)
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct centred {
    constant<> mean;
    weight<hidden, input> W;
    RONDO_MEMBERS(mean, W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * x + h - mean(h))};  // HERE
    }
};

template struct rondo::ir_internal::compiled<centred>;
