// EXPECT: a next value has another dimension than the state it replaces
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(x * W + h)}; }
};

template struct rondo::ir_internal::compiled<elman>;
