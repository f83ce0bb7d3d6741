// EXPECT: in scale_gradient(a, factor) and clip_gradient(a, limit) the second argument is a number
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct reversed {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(scale_gradient(W * x, h) + h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<reversed>;
