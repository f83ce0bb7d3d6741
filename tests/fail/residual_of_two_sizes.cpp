// EXPECT: a layer is given another number of features than it takes
// EXPECT: 8, 3>
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/residual.hpp>

using namespace rondo;

void make(model<elman<>, float, fixed<input, 3>, fixed<hidden, 8>>& m) { residual around{bptt{m}}; }  // HERE
