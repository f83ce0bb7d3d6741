// EXPECT: narrowing
// EXPECT: -1
#include <rondo/cell/elman.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

void make() { model<elman<>> m{input{3}, hidden{-1}}; }  // HERE
