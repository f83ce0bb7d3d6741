// EXPECT: a value of the step is not made of numbers in braces
// EXPECT: are a constant<D> member of the cell
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{W * x + vec<hidden>{0.1, 0.2, 0.3} * h};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
