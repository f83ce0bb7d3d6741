// EXPECT: a cell must be default-constructible
// EXPECT: sized
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct sized {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr explicit sized(int) {}
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + h)}; }
};

template struct rondo::ir_internal::compiled<sized>;
