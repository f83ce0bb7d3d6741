// EXPECT: a function over features takes a vector
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct choosing {
    weight<> gain;
    RONDO_MEMBERS(gain);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{h * softmax(sum(x) * gain)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<choosing>;
