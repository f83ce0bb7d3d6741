// EXPECT: the gradient of a vector or a scalar can be controlled, that of a matrix cannot
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct half_frozen {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(stop_gradient(W) * x + h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<half_frozen>;
