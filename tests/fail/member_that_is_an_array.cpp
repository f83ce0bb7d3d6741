// EXPECT: a member of a cell must be a weight, a bias, a constant, or another cell
// EXPECT: or a std::array of these; make a number known while compiling static constexpr
// EXPECT: std::array<float, 2
#include <rondo/pass/pipeline.hpp>

#include <array>

using namespace rondo;

struct leaky {
    weight<hidden, input> W;
    std::array<float, 2> leaks{};
    RONDO_MEMBERS(W, leaks);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{leaks[0] * h + W * x}; }
};

template struct rondo::ir_internal::compiled<leaky>;
