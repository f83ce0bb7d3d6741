// EXPECT: the recurrence of this cell is stronger than allowed
// EXPECT: tanh, between state 1 and the new state 1
#include <rondo/pass/recurrence_of.hpp>

using namespace rondo;

struct squashed {
    weight<hidden> decay;
    RONDO_MEMBERS(decay);

    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const { return next{tanh(decay * h + x)}; }
};

static_assert(recurs_at_most<squashed, recurrence_kind::diagonal>);
static_assert(recurs_at_most<squashed, recurrence_kind::diagonal_linear>);  // HERE
