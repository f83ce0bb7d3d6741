// EXPECT: the operands have the same dimensions in another order: transpose one of the two
// EXPECT: operands_meet<rondo::shape<rondo::hidden, rondo::input>, rondo::shape<rondo::input, rondo::hidden>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct decaying {
    weight<input, hidden> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input>, mat<hidden, input> C) const
    {
        return next{C - W};  // HERE
    }
};

template struct rondo::ir_internal::compiled<decaying>;
