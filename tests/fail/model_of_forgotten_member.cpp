// EXPECT: a member of this cell is missing in its RONDO_MEMBERS list
// EXPECT: plain
#include <rondo/rondo.hpp>

using namespace rondo;

struct plain {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    weight<hidden, hidden> U;
    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + U * h)}; }
};

void train(model<plain>& m, xt::xtensor<float, 3> const& x)
{
    bptt run{m};
    run.backward(run.forward(x));
}
