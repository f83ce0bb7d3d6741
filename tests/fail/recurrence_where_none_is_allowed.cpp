// EXPECT: the recurrence of this cell is stronger than allowed
// EXPECT: state 1, passed on unchanged
#include <rondo/pass/recurrence_of.hpp>

using namespace rondo;

struct swapping {
    constexpr auto operator()(vec<hidden>, vec<hidden> a, vec<hidden> b) const { return next{b, a}; }
};

static_assert(recurs_at_most<swapping, recurrence_kind::none>);  // HERE
