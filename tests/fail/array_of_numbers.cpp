// EXPECT: or a std::array of these; make a number known while compiling static constexpr
// EXPECT: member_is_parameter_or_cell<layered, double>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct layered {
    weight<hidden> w;
    std::array<double, 2> factors;
    RONDO_MEMBERS(w, factors);
    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const { return next{tanh(x + w * h)}; }
};

template struct rondo::ir_internal::compiled<layered>;
