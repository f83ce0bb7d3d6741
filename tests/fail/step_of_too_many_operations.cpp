// EXPECT: rondo: a step has more than 1024 operations and leaves
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct deep {
    constexpr auto operator()(vec<input>, vec<hidden> h) const
    {
        for (int i = 0; i < 2000; ++i) {
            h = tanh(h);
        }
        return next{h};
    }
};

template struct rondo::ir_internal::compiled<deep>;
