// EXPECT: give it one name in both
#include "../unit/stack/named_layers.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void compose(model<test::gapped>& m, model<test::skipping>& n)
{
    bidirectional both{bptt{m}, bptt{n}};  // HERE
}
