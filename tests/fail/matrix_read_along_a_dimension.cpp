// EXPECT: as<B>(v) reads a vector or a number along the dimension B, and as<B, C>(M) a matrix
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct joining {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{h + as<hidden>(W)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<joining>;
