// EXPECT: next{...} has more entries than operator() takes states
// EXPECT: every_state_has_a_next_value<elman, 1, 2>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + h), h}; }
};

template struct rondo::ir_internal::compiled<elman>;
