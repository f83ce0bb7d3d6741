// The compile cost of a deep model: four layers in one cell.
#include <rondo/rondo.hpp>

using rondo::hidden;

struct stack {
    rondo::lstm<> one;
    rondo::lstm<hidden, hidden> two, three, four;
    RONDO_MEMBERS(one, two, three, four);

    constexpr auto operator()(rondo::vec<rondo::input> x, rondo::vec<hidden> h1, rondo::vec<hidden> c1,
                              rondo::vec<hidden> h2, rondo::vec<hidden> c2, rondo::vec<hidden> h3,
                              rondo::vec<hidden> c3, rondo::vec<hidden> h4, rondo::vec<hidden> c4) const
    {
        auto [y1, d1] = one(x, h1, c1);
        auto [y2, d2] = two(y1, h2, c2);
        auto [y3, d3] = three(y2, h3, c3);
        auto [y4, d4] = four(y3, h4, c4);
        return rondo::next{y1, d1, y2, d2, y3, d3, y4, d4}.output(y4);
    }
};

void step(rondo::model<stack>& m, xt::xtensor<float, 3> const& x, xt::xtensor<float, 3> const& dy)
{
    rondo::bptt run{m};
    rondo::sgd<float> descent{{.rate = 0.1}};
    run.forward(x);
    descent.update(m.parameters().flat(), run.backward(dy).parameters.flat());
}
