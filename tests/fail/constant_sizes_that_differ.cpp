// EXPECT: reads a vector along one dimension as one along the other by as<B>(v)
// EXPECT: adding
#include <rondo/lang/cell.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

struct adding {
    weight<hidden> w;
    RONDO_MEMBERS(w);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{w * h + as<hidden>(x)}; }
};

model<adding, float, fixed<input, 2>, fixed<hidden, 3>> m{};  // HERE
