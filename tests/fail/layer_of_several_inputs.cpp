// EXPECT: a layer takes one input and gives one output, without names
#include "../unit/named_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void compose(model<test::observing>& m)
{
    stack net{bptt{m}};  // HERE
}
