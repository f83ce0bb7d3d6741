// EXPECT: in W * v the columns of W and the vector v have different dimensions
// EXPECT: product_fits<rondo::input, rondo::hidden>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * h + U * h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
