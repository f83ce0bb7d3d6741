// EXPECT: the operands have different dimensions
// EXPECT: operands_meet<rondo::shape<rondo::hidden>, rondo::shape<rondo::input>
#include <rondo/rondo.hpp>

using namespace rondo;

struct plain {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(W * x + U * h + x)};  // HERE
    }
};

void train(model<plain>& m, xt::xtensor<float, 3> const& x)
{
    bptt run{m};
    run.backward(run.forward(x));
}
