// EXPECT: outer(a, b) takes values of which each has a dimension that the other has not
// EXPECT: rondo::shape<rondo::hidden>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct correlating {
    constexpr auto operator()(vec<input>, mat<hidden, output> C, vec<hidden> h) const
    {
        return next{C + outer(h, h), h};  // HERE
    }
};

template struct rondo::ir_internal::compiled<correlating>;
