// EXPECT: this is a constant of the cell, which is not trained: no gradient with respect to it is computed
// EXPECT: parameter_is_trained<leaky,
#include <rondo/lang/cell.hpp>
#include <rondo/model/gradients.hpp>

using namespace rondo;

struct leaky {
    constant<> decay;
    RONDO_MEMBERS(decay);
    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const { return next{decay * h + x}; }
};

double print(gradients<leaky, double> const& g)
{
    return g.parameters["decay"_s];  // HERE
}
