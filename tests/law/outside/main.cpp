// A program of somebody else: it sees an installed Rondo and nothing else of this tree.
#include <rondo/pass/pipeline.hpp>

#include <cstdio>

struct leaky : rondo::dimension {
    using dimension::dimension;
};
struct leaky_unit {
    rondo::weight<leaky, rondo::input> W;
    rondo::weight<leaky> decay;
    constexpr auto operator()(rondo::vec<rondo::input> x, rondo::vec<leaky> h) const
    {
        return rondo::next{sigmoid(decay) * h + tanh(W * x)};
    }
};
BOOST_HANA_ADAPT_STRUCT(leaky_unit, W, decay);

int main()
{
    using cell = rondo::compiled<leaky_unit>;
    static_assert(cell::shapes.parameters[0].name.view() == "W");
    std::printf("%d nodes\n", cell::forward.nodes.size());
}
