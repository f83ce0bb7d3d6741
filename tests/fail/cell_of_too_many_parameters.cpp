// EXPECT: rondo: a cell has more than 256 parameters and constants
// EXPECT: trace_of<crowded>
#include <rondo/pass/pipeline.hpp>

#include <array>

using namespace rondo;

struct crowded {
    std::array<weight<hidden>, 257> gains;
    RONDO_MEMBERS(gains);

    constexpr auto operator()(vec<input>, vec<hidden> h) const { return next{gains[0] * h}; }
};

template struct rondo::ir_internal::compiled<crowded>;
