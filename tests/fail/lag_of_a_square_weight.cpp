// EXPECT: a matrix with one dimension twice
// EXPECT: rondo::shape<rondo::hidden, rondo::hidden>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct stale_weights {
    weight<hidden, hidden> U;
    RONDO_MEMBERS(U);

    constexpr auto operator()(vec<input>, vec<hidden> h) const
    {
        return next{lag<2>(U) * h};  // HERE
    }
};

template struct rondo::ir_internal::compiled<stale_weights>;
