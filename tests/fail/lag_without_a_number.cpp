// EXPECT: lag needs a number of steps: lag<1>(v) is the value of the step before
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct delta {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{W * (x - lag(x)) + h};  // HERE
    }
};

template struct rondo::ir_internal::compiled<delta>;
