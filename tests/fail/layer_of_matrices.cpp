// EXPECT: a layer takes and gives vectors: run a cell of which an input or an output is a matrix by itself
#include <rondo/rondo.hpp>

using namespace rondo;

struct filtering {
    weight<hidden, input> gain;
    RONDO_MEMBERS(gain);
    constexpr auto operator()(mat<hidden, input> x, vec<hidden> h) const
    {
        return next{tanh(h + sum<input>(gain * x))};
    }
};

int main()
{
    model<filtering> m{hidden{3}, input{2}};
    stack layers{bptt{m}};  // HERE
}
