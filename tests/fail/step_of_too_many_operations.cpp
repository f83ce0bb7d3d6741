// EXPECT: a cell is larger than the compiler
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
