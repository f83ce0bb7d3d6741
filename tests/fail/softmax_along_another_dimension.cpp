// EXPECT: the value is not along the dimension that is named
// EXPECT: rondo::output
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct choosing {
    constexpr auto operator()(vec<input> x, mat<hidden, input> C) const
    {
        return next{softmax<output>(C) * x};  // HERE
    }
};

template struct rondo::ir_internal::compiled<choosing>;
