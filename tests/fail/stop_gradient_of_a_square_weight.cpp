// EXPECT: a matrix with one dimension twice
// EXPECT: rondo::shape<rondo::hidden, rondo::hidden>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct half_frozen {
    weight<hidden, hidden> U;
    RONDO_MEMBERS(U);

    constexpr auto operator()(vec<input>, vec<hidden> h) const
    {
        return next{tanh(stop_gradient(U) * h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<half_frozen>;
