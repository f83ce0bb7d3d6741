// EXPECT: a size is given for a dimension that this cell does not have
// EXPECT: rondo::elman<
// EXPECT: rondo::output
#include <rondo/cell/elman.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

void make() { model<elman<>> m{input{3}, hidden{5}, output{2}}; }  // HERE
