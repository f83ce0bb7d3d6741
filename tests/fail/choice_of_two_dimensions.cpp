// EXPECT: the operands have different dimensions
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct choosing {
    weight<> gain;
    RONDO_MEMBERS(gain);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{gain * where(x > 0, h, 0)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<choosing>;
