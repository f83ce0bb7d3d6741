// EXPECT: can only multiply vectors: for two weights write V * (W * v)
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct deep {
    weight<hidden, hidden> V;
    weight<hidden, input> W;
    RONDO_MEMBERS(V, W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(V * W * x + h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<deep>;
