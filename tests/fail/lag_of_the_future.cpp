// EXPECT: a delay is a number of steps from 1 on
// EXPECT: delay_is_possible<-1>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct prophetic {
    constexpr auto operator()(vec<input> x, vec<input> s) const
    {
        return next{s + lag<-1>(x)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<prophetic>;
