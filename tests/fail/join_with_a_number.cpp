// EXPECT: join(a, b) takes vectors; a number becomes a vector with one entry by as<D>(s)
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct joining {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{part<hidden>(join(h, sum(x)))};  // HERE
    }
};

template struct rondo::ir_internal::compiled<joining>;
