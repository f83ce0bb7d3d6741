// EXPECT: the recurrence of this cell is stronger than allowed
// EXPECT: recurrence_kind::diagonal
// EXPECT: sum, between state 2 and the new state 1
#include <rondo/pass/recurrence_of.hpp>

using namespace rondo;

struct inhibited {
    weight<hidden> decay;
    RONDO_MEMBERS(decay);

    constexpr auto operator()(vec<hidden> x, scalar total, vec<hidden> h) const
    {
        return next{sum(relu(h)), decay * h - total + x};
    }
};

static_assert(recurs_at_most<inhibited, recurrence_kind::diagonal>);  // HERE
