// EXPECT: a dimension of this cell is given a size twice
// EXPECT: rondo::elman<
// EXPECT: rondo::hidden
#include <rondo/cell/elman.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

void make() { model<elman<>, float, fixed<hidden, 5>> m{input{3}, hidden{5}}; }  // HERE
