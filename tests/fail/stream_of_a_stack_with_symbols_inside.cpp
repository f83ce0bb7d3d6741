// EXPECT: the output of a layer is no symbol
#include <rondo/cell/elman.hpp>
#include <rondo/lang/cell.hpp>
#include <rondo/stack/stack_stream.hpp>

using namespace rondo;

struct embedding {
    weight<hidden, input> E;
    RONDO_MEMBERS(E);

    constexpr auto operator()(one_hot<input> x) const { return next{}.output(E * x); }
};

void play(model<elman<>>& below, model<embedding>& above)
{
    stack net{bptt{below}, bptt{above}};
    stream live{net};  // HERE
}
