// EXPECT: this cell has no state of this name
// EXPECT: name<'c', 'e', 'l', 'l'>
#include "../unit/named_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

float read(bptt<test::named_lstm> const& run)
{
    return run.final_states()["cell"_s](0, 0);  // HERE
}
