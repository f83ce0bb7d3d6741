// EXPECT: an assignment such as a += b keeps the shape of a
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct accumulating {
    weight<> gain;
    RONDO_MEMBERS(gain);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        scalar total = sum(x);
        total += h;  // HERE
        return next{h * total * gain};
    }
};

template struct rondo::ir_internal::compiled<accumulating>;
