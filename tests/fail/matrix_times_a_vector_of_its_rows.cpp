// EXPECT: in W * v the columns of W and the vector v have different dimensions
// EXPECT: product_fits<rondo::input, rondo::hidden>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct reading {
    constexpr auto operator()(vec<input> x, mat<hidden, input> C, vec<hidden> h) const
    {
        return next{C, C * h};  // HERE
    }
};

template struct rondo::ir_internal::compiled<reading>;
