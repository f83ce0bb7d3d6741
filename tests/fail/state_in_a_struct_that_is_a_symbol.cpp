// EXPECT: the states that a struct gives to operator() are vectors, scalars and matrices
// EXPECT: one_hot<rondo::hidden>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct memory {
    vec<hidden> h;
    one_hot<hidden> last;
    RONDO_MEMBERS(h, last);
};
struct leaking {
    constexpr auto operator()(vec<hidden> x, memory m) const { return next{m.h * 0.5 + x}; }
};

template struct rondo::ir_internal::compiled<leaking>;
