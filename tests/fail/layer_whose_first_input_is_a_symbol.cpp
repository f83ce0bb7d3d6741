// EXPECT: and it is a symbol: list the input that takes the output first
#include "../unit/named_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void compose(model<elman<>>& m, model<test::reading_symbols>& n)
{
    stack net{bptt{m}, bptt{n}};  // HERE
}
