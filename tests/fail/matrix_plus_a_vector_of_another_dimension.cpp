// EXPECT: the operands have different dimensions; entry by entry, the dimensions of one must be
// EXPECT: operands_meet<rondo::shape<rondo::hidden, rondo::input>, rondo::shape<rondo::output>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    bias<output> b;
    RONDO_MEMBERS(W, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh((W + b) * x + h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
