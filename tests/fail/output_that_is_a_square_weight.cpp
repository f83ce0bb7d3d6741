// EXPECT: a matrix with one dimension twice
// EXPECT: rondo::shape<rondo::hidden, rondo::hidden>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct readout {
    weight<hidden, hidden> U;
    RONDO_MEMBERS(U);

    constexpr auto operator()(vec<input>, vec<hidden> h) const
    {
        return next{tanh(U * h)}.output(U);  // HERE
    }
};

template struct rondo::ir_internal::compiled<readout>;
