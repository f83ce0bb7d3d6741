// EXPECT: start() gives a state another dimension than operator() takes it with
#include <rondo/rondo.hpp>

using namespace rondo;

struct starting {
    weight<hidden, input> W;
    weight<input> first;
    RONDO_MEMBERS(W, first);
    constexpr auto start() const { return next{tanh(first)}; }
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + h)}; }
};

model<starting> m{input{2}, hidden{3}};
