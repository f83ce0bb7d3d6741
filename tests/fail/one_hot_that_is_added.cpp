// EXPECT: a one_hot input can only be multiplied by a matrix
// EXPECT: one_hot<rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct adding {
    constexpr auto operator()(one_hot<input> s, vec<input> h) const
    {
        return next{h + s};  // HERE
    }
};

template struct rondo::ir_internal::compiled<adding>;
