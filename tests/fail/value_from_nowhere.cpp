// EXPECT: the step of this cell uses
// EXPECT: elman
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    constexpr auto operator()(vec<input>, vec<hidden> h) const
    {
        vec<hidden> noise;
        return next{h + noise};
    }
};

template struct rondo::ir_internal::compiled<elman>;
