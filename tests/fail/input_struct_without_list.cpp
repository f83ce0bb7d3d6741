// EXPECT: operator() of a cell takes as its first argument a vector, a scalar, a matrix
// EXPECT: unlisted
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct unlisted {
    vec<input> x;
    scalar gap;
};
struct timed {
    constexpr auto operator()(unlisted in, vec<input> h) const { return next{h * in.gap + in.x}; }
};

template struct rondo::ir_internal::compiled<timed>;
