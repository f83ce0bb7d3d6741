// EXPECT: a member of this struct is missing in its RONDO_MEMBERS list, so it would be no state
// EXPECT: memory
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct memory {
    vec<hidden> h, c;
    RONDO_MEMBERS(h);
};
struct leaking {
    constexpr auto operator()(vec<hidden> x, memory m) const { return next{m.h * 0.5 + x}; }
};

template struct rondo::ir_internal::compiled<leaking>;
