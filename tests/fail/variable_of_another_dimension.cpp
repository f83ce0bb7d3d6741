// EXPECT: this value has other dimensions than the variable or argument that takes it
// EXPECT: value_fits_variable<rondo::shape<rondo::hidden>, rondo::shape<rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto a = U * h;
        a = x;  // HERE
        return next{a};
    }
};

template struct rondo::ir_internal::compiled<elman>;
