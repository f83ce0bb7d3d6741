// EXPECT: joined<A, B> has each piece once, because part<A>(v) names it
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct joining {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{part<hidden>(join(h, h))};  // HERE
    }
};

template struct rondo::ir_internal::compiled<joining>;
