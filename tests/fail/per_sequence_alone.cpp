// EXPECT: a step needs an input that changes over time, which says how many steps a sequence has
#include <rondo/rondo.hpp>

using namespace rondo;

struct generating {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);
    constexpr auto operator()(per_sequence<vec<input>> context, vec<hidden> h) const
    {
        return next{tanh(W * context + h)};
    }
};

model<generating> m{input{2}, hidden{3}};
