// EXPECT: multiply both by the matrix first: with_gradient(W * a, W * b)
#include <rondo/pass/pipeline.hpp>

#include <rondo/lang/cell.hpp>

using namespace rondo;

struct choosing {
    struct given {
        vec<input> x;
        per_sequence<vec<input>> context;
        RONDO_MEMBERS(x, context);
    };
    weight<hidden, input> W;
    RONDO_MEMBERS(W);
    constexpr auto operator()(given in, vec<hidden> h) const
    {
        return next{tanh(W * with_gradient(in.context, in.x) + h)};
    }
};

template struct rondo::ir_internal::compiled<choosing>;
