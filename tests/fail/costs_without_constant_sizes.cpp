// EXPECT: a dimension of this cell is given no size
// EXPECT: rondo::hidden
#include <rondo/cell/elman.hpp>
#include <rondo/run/costs.hpp>

using namespace rondo;

constexpr model_costs of_elman = costs_of<model<elman<>, float, fixed<input, 3>>>();  // HERE
