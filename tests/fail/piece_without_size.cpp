// EXPECT: a piece of a joined dimension has no size
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct joining {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input>, vec<hidden> h) const
    {
        return next{as<hidden>(part<input>(as<joined<input, output>>(h)))};  // HERE
    }
};

template struct rondo::ir_internal::compiled<joining>;
