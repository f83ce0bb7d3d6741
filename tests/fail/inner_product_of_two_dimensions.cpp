// EXPECT: the operands have different dimensions
// EXPECT: operands_meet<rondo::shape<rondo::input>, rondo::shape<rondo::hidden>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct attention {
    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{dot(x, h) * h};  // HERE
    }
};

template struct rondo::ir_internal::compiled<attention>;
