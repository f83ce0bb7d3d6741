// EXPECT: list the input that takes the output first, or rename it
#include "../unit/stack/named_layers.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

struct swapped {
    struct given {
        scalar gap;
        vec<input> x;
        RONDO_MEMBERS(gap, x);
    };
    weight<input> w;
    RONDO_MEMBERS(w);

    constexpr auto operator()(given in, vec<input> h) const { return next{tanh(in.gap * h + w * in.x)}; }
};

void compose(model<test::gapped>& m, model<swapped>& n)
{
    stack net{bptt{m}, bptt{n}};  // HERE
}
