// EXPECT: operator() of a cell takes states that are vectors, scalars and matrices
// EXPECT: counting
// EXPECT: double
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct counting {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, double h) const { return next{tanh(W * x + h)}; }
};

template struct rondo::ir_internal::compiled<counting>;
