// EXPECT: start() of this cell reads an input that changes over time
// EXPECT: starting
#include <rondo/rondo.hpp>

using namespace rondo;

struct starting {
    struct given {
        vec<input> x;
        per_sequence<vec<input>> context;
        RONDO_MEMBERS(x, context);
    };
    weight<hidden, input> W;
    RONDO_MEMBERS(W);
    constexpr auto start(given in) const { return next{W * (in.context + in.x)}; }
    constexpr auto operator()(given in, vec<hidden> h) const { return next{tanh(W * in.x + h)}; }
};

model<starting> m{input{2}, hidden{3}};
