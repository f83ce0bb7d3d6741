// EXPECT: a state is not per_sequence, because it changes from step to step
#include <rondo/rondo.hpp>

using namespace rondo;

struct remembering {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);
    constexpr auto operator()(vec<input> x, per_sequence<vec<hidden>> h) const
    {
        return next{tanh(W * x + h)};
    }
};

model<remembering> m{input{2}, hidden{3}};
