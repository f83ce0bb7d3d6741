// EXPECT: start() of a cell is const, and takes nothing or the struct of inputs that operator() takes
#include <rondo/rondo.hpp>

using namespace rondo;

struct starting {
    weight<hidden, input> W;
    weight<hidden> first;
    RONDO_MEMBERS(W, first);
    constexpr auto start(vec<hidden> h) const { return next{first + h}; }
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + h)}; }
};

model<starting> m{input{2}, hidden{3}};
