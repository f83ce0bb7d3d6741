// EXPECT: a dimension of this cell is given no size
// EXPECT: rondo::elman<
// EXPECT: rondo::hidden
#include <rondo/cell/elman.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

void make() { model<elman<>> m{input{3}}; }  // HERE
