// EXPECT: this cell has no parameter of this name
// EXPECT: rondo::elman<
#include <rondo/cell/elman.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

void print(model<elman<>>& m) { m["V"_s].fill(0); }  // HERE
