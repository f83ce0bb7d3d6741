// EXPECT: a member of this struct is missing in its RONDO_MEMBERS list
// EXPECT: observed
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct observed {
    vec<input> x;
    scalar gap;
    RONDO_MEMBERS(x);
};
struct timed {
    constexpr auto operator()(observed in, vec<input> h) const { return next{h * in.gap + in.x}; }
};

template struct rondo::ir_internal::compiled<timed>;
