// EXPECT: in part<A>(v) the vector v is along a dimension that is not joined, so it has no parts
// EXPECT: is_piece_of<rondo::hidden
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct joining {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * x + part<hidden>(h))};  // HERE
    }
};

template struct rondo::ir_internal::compiled<joining>;
