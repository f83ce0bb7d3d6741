// EXPECT: per_sequence inputs are given to begin(...), once for each sequence
#include "../unit/context_cells.hpp"

#include <rondo/rondo.hpp>

using namespace rondo;

void run(stream<test::decoding>& live, std::array<float, 2> const& x)
{
    live.step(named("x"_s = x, "context"_s = x));  // HERE
}
