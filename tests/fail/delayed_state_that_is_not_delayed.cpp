// EXPECT: a cell inside a cell takes a delayed state as it is
// EXPECT: rondo::delayed<480
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct comb {
    constexpr auto operator()(vec<input> x, delayed<480, vec<input>> y) const { return next{x + 0.5 * y}; }
};
struct nesting {
    comb inner;
    RONDO_MEMBERS(inner);

    constexpr auto operator()(vec<input> x, vec<input> y) const
    {
        return inner(x, y);  // HERE
    }
};

template struct rondo::ir_internal::compiled<nesting>;
