// EXPECT: operator() of a cell takes vectors and scalars, by value
// EXPECT: fast_weights
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct fast_weights {
    constexpr auto operator()(vec<input>, expression<shape<hidden, input>> F) const { return next{F}; }
};

template struct rondo::compiled<fast_weights>;
