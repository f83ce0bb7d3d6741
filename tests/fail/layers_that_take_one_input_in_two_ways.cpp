// EXPECT: layers take an input of one name in different ways
#include "../unit/context_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void compose(model<test::speaking>& m, model<test::speaking_at_each_step>& n)
{
    stack net{bptt{m}, bptt{n}};  // HERE
}
