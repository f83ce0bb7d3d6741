// EXPECT: tangent_run takes cells without per_sequence inputs and without start()
#include "../unit/context_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(model<test::beginning>& m)
{
    tangent_run run{m};  // HERE
}
