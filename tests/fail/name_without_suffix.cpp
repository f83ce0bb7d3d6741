// EXPECT: by a literal with the suffix _s, as in
// EXPECT: parameters are numbered: info(i).name and entries(i)
#include <rondo/cell/elman.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

void fill(model<elman<>>& m)
{
    m["W"].fill(1);  // HERE
}
