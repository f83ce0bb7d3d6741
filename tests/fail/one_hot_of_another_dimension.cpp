// EXPECT: in transpose(W) * v the rows of W and the vector v have different dimensions
// EXPECT: transposed_product_fits<rondo::hidden, rondo::input>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct embedding {
    weight<hidden, input> E;
    RONDO_MEMBERS(E);
    constexpr auto operator()(one_hot<input> s, vec<input> h) const
    {
        return next{h + transpose(E) * s};  // HERE
    }
};

template struct rondo::ir_internal::compiled<embedding>;
