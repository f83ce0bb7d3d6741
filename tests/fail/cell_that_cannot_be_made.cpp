// EXPECT: a cell must be default-constructible
// EXPECT: sized
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct sized {
    weight<hidden, input> W;
    constexpr explicit sized(int) {}
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + h)}; }
};
BOOST_HANA_ADAPT_STRUCT(sized, W);

template struct rondo::ir_internal::compiled<sized>;
