// EXPECT: in a * b the dimensions of one are among those of the other, in another order
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct decaying {
    weight<input, hidden> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input>, mat<hidden, input> C) const
    {
        return next{C * W};  // HERE
    }
};

template struct rondo::ir_internal::compiled<decaying>;
