// EXPECT: a model computes in float or double
#include <rondo/rondo.hpp>

using namespace rondo;

template class rondo::model<elman<>, int>;  // HERE
