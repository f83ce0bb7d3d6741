// EXPECT: a matrix with one dimension twice, as weight<hidden, hidden>, can only multiply vectors
// EXPECT: rondo::shape<rondo::hidden, rondo::hidden>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, hidden> U;
    RONDO_MEMBERS(U);

    constexpr auto operator()(vec<input>, vec<hidden> h) const
    {
        return next{tanh(h * U)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
