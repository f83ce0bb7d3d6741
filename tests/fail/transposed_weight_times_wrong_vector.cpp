// EXPECT: in transpose(W) * v the rows of W and the vector v have different dimensions
// EXPECT: transposed_product_fits<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct tied {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * x + h)}.output(transpose(W) * x);  // HERE
    }
};

template struct rondo::ir_internal::compiled<tied>;
