// EXPECT: a layer gives one output, without a name
#include "../unit/named_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void compose(model<test::observing>& m)
{
    stack net{bptt{m}};  // HERE
}
