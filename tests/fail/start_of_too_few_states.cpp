// EXPECT: start() gives one value for each state that operator() takes, in this order
#include <rondo/rondo.hpp>

using namespace rondo;

struct starting {
    weight<hidden, input> W;
    weight<hidden> first;
    RONDO_MEMBERS(W, first);
    constexpr auto start() const { return next{tanh(first)}; }
    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        return next{tanh(W * x + h), c + h};
    }
};

model<starting> m{input{2}, hidden{3}};
