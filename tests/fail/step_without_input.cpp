// EXPECT: operator() of a cell is const and takes the input
// EXPECT: idle
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct idle {
    weight<hidden> h0;
    RONDO_MEMBERS(h0);

    constexpr auto operator()() const { return next{h0}; }
};

template struct rondo::ir_internal::compiled<idle>;
