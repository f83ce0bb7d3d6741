// EXPECT: a watched value has the name of an input or an output of its cell
#include <rondo/rondo.hpp>

using namespace rondo;

struct gated {
    weight<hidden> u;
    RONDO_MEMBERS(u);

    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const
    {
        return next{x * watch(sigmoid(u * h), "x"_s)};
    }
};
auto look(model<gated> const& m) { return bptt{watched_model(m)}; }
