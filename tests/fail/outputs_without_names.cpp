// EXPECT: named(...) takes values with names
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct two_heads {
    constexpr auto operator()(vec<input> x, vec<input> h) const
    {
        return next{h}.outputs(x, h);  // HERE
    }
};

template struct rondo::ir_internal::compiled<two_heads>;
