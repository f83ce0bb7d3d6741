// EXPECT: of the inputs in named(...) that change over time, either all are lists of sequences, or all are
// arrays
#include <rondo/lang/cell.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/stack.hpp>

#include <vector>

using namespace rondo;

struct decaying {
    struct given {
        vec<input> x;
        scalar gap;
        RONDO_MEMBERS(x, gap);
    };
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(given in, vec<hidden> h) const { return next{tanh(W * in.x + h * in.gap)}; }
};

void run(model<decaying>& m, std::vector<xt::xtensor<float, 2>> const& list, xt::xtensor<float, 2> const& gap)
{
    stack net{bptt{m}};
    net.forward(named("x"_s = list, "gap"_s = gap));  // HERE
}
