// EXPECT: a cell needs exactly one operator()
// EXPECT: two_steps
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct two_steps {
    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{h}; }
    constexpr auto operator()(vec<input>, vec<hidden> h, vec<hidden> c) const { return next{h, c}; }
};

template struct rondo::ir_internal::compiled<two_steps>;
