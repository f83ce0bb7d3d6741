// EXPECT: operator() of a cell is const and takes the input
// EXPECT: changing
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct changing {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) { return next{tanh(W * x + h)}; }
};

template struct rondo::ir_internal::compiled<changing>;
