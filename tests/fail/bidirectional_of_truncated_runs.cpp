// EXPECT: bidirectional takes layers that run over whole sequences
#include <rondo/cell/elman.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/stack/bidirectional.hpp>

using namespace rondo;

void run(model<elman<>>& a, model<elman<>>& b)
{
    truncation const k{.every = 4, .over = 8};
    bidirectional both{truncated_bptt{a, k}, truncated_bptt{b, k}};  // HERE
}
