// EXPECT: in a stack with a truncated_bptt all layers carry their states from call to call
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/stack.hpp>

using namespace rondo;

void run(model<elman<>>& a, model<elman<>>& b)
{
    stack net{truncated_bptt{a, {.every = 4, .over = 8}}, bptt{b}};  // HERE
}
