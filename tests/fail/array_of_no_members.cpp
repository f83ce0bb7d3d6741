// EXPECT: an array of members of a cell has at least one
// EXPECT: array_has_members<layered, std::array<rondo::weight<rondo::hidden>, 0>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct layered {
    weight<hidden> w;
    std::array<weight<hidden>, 0> gains;
    RONDO_MEMBERS(w, gains);
    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const { return next{tanh(x + w * h)}; }
};

template struct rondo::ir_internal::compiled<layered>;
