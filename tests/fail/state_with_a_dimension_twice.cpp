// EXPECT: operator() of a cell takes states that are vectors, scalars and matrices of different dimensions
// EXPECT: fast_weights
// EXPECT: rondo::shape<rondo::hidden, rondo::hidden>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct fast_weights {
    constexpr auto operator()(vec<input>, mat<hidden, hidden> F) const { return next{F}; }
};

template struct rondo::ir_internal::compiled<fast_weights>;
