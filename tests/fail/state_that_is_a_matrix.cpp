// EXPECT: operator() of a cell takes states that are vectors and scalars, by value
// EXPECT: fast_weights
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct fast_weights {
    constexpr auto operator()(vec<input>, expression<weight<hidden, input>::shape_type> F) const
    {
        return next{F};
    }
};

template struct rondo::ir_internal::compiled<fast_weights>;
