// EXPECT: a cell needs exactly one operator()
// EXPECT: only_weights
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct only_weights {
    weight<hidden, input> W;
};
BOOST_HANA_ADAPT_STRUCT(only_weights, W);

template struct rondo::ir_internal::compiled<only_weights>;
