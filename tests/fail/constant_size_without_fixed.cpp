// EXPECT: after the type of its numbers, a model takes sizes of the form fixed<hidden, 128>
// EXPECT: rondo::elman<
// EXPECT: rondo::hidden
#include <rondo/cell/elman.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

void make() { model<elman<>, float, hidden> m{input{3}}; }  // HERE
