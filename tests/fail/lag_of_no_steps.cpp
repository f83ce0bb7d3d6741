// EXPECT: a delay is a number of steps from 1 on
// EXPECT: delay_is_possible<0>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct immediate {
    constexpr auto operator()(vec<input> x, vec<input> s) const
    {
        return next{s + lag<0>(x)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<immediate>;
