// EXPECT: a model computes in float or double
// EXPECT: _Float16
#include <rondo/cell/elman.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

void make()
{
    model<elman<>, _Float16> m{input{3}, hidden{2}};  // HERE
}
