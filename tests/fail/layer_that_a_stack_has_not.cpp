// EXPECT: this stack has no layer of that number; they are counted from 0
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/stack.hpp>

using namespace rondo;

void use(model<elman<>>& m)
{
    stack net{bptt{m}};
    net.get<1>();  // HERE
}
