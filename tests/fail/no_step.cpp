// EXPECT: a cell needs exactly one operator()
// EXPECT: only_weights
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct only_weights {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);
};

template struct rondo::ir_internal::compiled<only_weights>;
