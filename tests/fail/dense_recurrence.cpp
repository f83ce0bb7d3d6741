// EXPECT: the recurrence of this cell is stronger than allowed
// EXPECT: rondo::lstm<
// EXPECT: rondo::recurrence_kind::diagonal_linear
// EXPECT: product with f.U, between state 1 and the new state 1
#include <rondo/cell/lstm.hpp>
#include <rondo/pass/recurrence_of.hpp>

using namespace rondo;

static_assert(recurs_at_most<lstm<>, recurrence_kind::diagonal_linear>);  // HERE
