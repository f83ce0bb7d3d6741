// EXPECT: this value has other dimensions than the variable or argument that takes it
// EXPECT: value_fits_variable<rondo::shape<rondo::input>, rondo::shape<rondo::hidden>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct gate {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return W * x + U * h; }
};
struct gated {
    gate f;
    RONDO_MEMBERS(f);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{sigmoid(f(h, x)) * h};  // HERE
    }
};

template struct rondo::ir_internal::compiled<gated>;
