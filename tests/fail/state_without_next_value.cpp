// EXPECT: a state has no next value
// EXPECT: every_state_has_a_next_value<lstm, 2, 1>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct lstm {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        return next{tanh(W * x + h + c)};
    }
};

template struct rondo::ir_internal::compiled<lstm>;
