// EXPECT: a layer is given another number of features than it takes
// EXPECT: 8, 3>
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/stack.hpp>

using namespace rondo;
using small = model<elman<>, float, fixed<input, 3>, fixed<hidden, 8>>;

void make(small& a, small& b) { stack net{bptt{a}, bptt{b}}; }  // HERE
