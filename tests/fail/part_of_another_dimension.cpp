// EXPECT: in part<A>(v) the dimension A is not one of the pieces of the dimension of v
// EXPECT: is_piece_of<rondo::output
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct joining {
    weight<hidden, output> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * part<output>(join(x, h)))};  // HERE
    }
};

template struct rondo::ir_internal::compiled<joining>;
