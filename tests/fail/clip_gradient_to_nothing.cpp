// EXPECT: the limit of clip_gradient is a number above zero
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct clipped {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);
    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * x + clip_gradient(h, -1))};  // HERE
    }
};

template struct rondo::ir_internal::compiled<clipped>;
