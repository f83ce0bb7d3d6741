// EXPECT: watch(value, name) takes a name with the suffix _s
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct gated {
    weight<hidden> u;
    RONDO_MEMBERS(u);

    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const
    {
        return next{x * watch(sigmoid(u * h), "gate")};  // HERE
    }
};

template struct rondo::ir_internal::compiled<gated>;
