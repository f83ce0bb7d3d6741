// EXPECT: a function over features takes a vector
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct averaged {
    weight<> gain;
    RONDO_MEMBERS(gain);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{h * mean(gain) + mean(x)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<averaged>;
