// EXPECT: this cell has no input or output of this name
// EXPECT: name<'s', 'p', 'a', 'n'>
#include "../unit/named_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(model<test::observing>& m)
{
    bptt run{m, {.input_gradient = inputs_named(m, "gap"_s, "span"_s)}};  // HERE
}
