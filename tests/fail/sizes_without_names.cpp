// EXPECT: sizes are bound by the names of dimensions: model<cell>{input{28}, hidden{128}}
#include <rondo/cell/elman.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

void make()
{
    model<elman<>> m{28, 128};  // HERE
}
