// EXPECT: the operands have different dimensions
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct raising {
    weight<> gain;
    RONDO_MEMBERS(gain);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{gain * pow(h, x)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<raising>;
