// EXPECT: truncated_bptt does not take cells with per_sequence inputs or start()
#include "../unit/context_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(model<test::beginning>& m)
{
    truncated_bptt run{m, {.every = 2, .over = 4}};  // HERE
}
