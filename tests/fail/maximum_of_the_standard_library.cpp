// EXPECT: std::max cannot use it
// EXPECT: max(a, b) is the larger
#include <rondo/pass/pipeline.hpp>

#include <algorithm>

using namespace rondo;

struct elman {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{std::max(W * x, U * h)};  // HERE
    }
};

template struct rondo::ir_internal::compiled<elman>;
