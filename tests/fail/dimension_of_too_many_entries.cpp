// EXPECT: a dimension of so many entries fits in no memory
// EXPECT: fixed<rondo::hidden, 281474976710657
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

template struct rondo::fixed<hidden, (std::size_t{1} << 48) + 1>;  // HERE
