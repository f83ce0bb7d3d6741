// EXPECT: a dimension has at least one entry
// EXPECT: fixed<rondo::hidden, 0
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

template struct rondo::fixed<hidden, 0>;  // HERE
