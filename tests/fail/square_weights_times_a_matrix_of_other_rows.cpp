// EXPECT: a weight<A, R, R> multiplies a mat<A, R> or a vec<R>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct heads : dimension {
    using dimension::dimension;
};

struct blocks {
    weight<heads, hidden, hidden> R;
    RONDO_MEMBERS(R);

    constexpr auto operator()(vec<input>, mat<input, hidden> h) const
    {
        return next{h}.output(R * h);  // HERE
    }
};

template struct rondo::ir_internal::compiled<blocks>;
