// EXPECT: the operands have different dimensions
// EXPECT: operands_meet<rondo::shape<memory>, rondo::shape<rondo::hidden>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct memory : dimension {
    using dimension::dimension;
};
struct two_states {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<memory> m, vec<hidden> h) const
    {
        return next{m, sigmoid(m) * h + W * x};  // HERE
    }
};

template struct rondo::ir_internal::compiled<two_states>;
