// EXPECT: start() of a cell returns next{...} with the initial states, and no outputs
#include <rondo/rondo.hpp>

using namespace rondo;

struct starting {
    weight<hidden, input> W;
    weight<hidden> first;
    RONDO_MEMBERS(W, first);
    constexpr auto start() const { return tanh(first); }
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + h)}; }
};

model<starting> m{input{2}, hidden{3}};
