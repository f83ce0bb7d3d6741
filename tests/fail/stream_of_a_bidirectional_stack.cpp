// EXPECT: a stream takes layers that run forwards in time
#include <rondo/cell/elman.hpp>
#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/stack_stream.hpp>

using namespace rondo;

void play(model<elman<>>& a, model<elman<>>& b)
{
    stack net{bidirectional{bptt{a}, bptt{b}}};
    stream live{net};  // HERE
}
