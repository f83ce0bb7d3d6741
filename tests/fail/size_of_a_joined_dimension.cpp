// EXPECT: a size is given for a joined dimension, which has the size of its pieces
// EXPECT: joined<rondo::input, rondo::hidden>
#include <rondo/lang/cell.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

struct joining {
    weight<hidden, joined<input, hidden>> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{W * join(x, h)}; }
};

using model_type = model<joining, float, fixed<joined<input, hidden>, 5>>;
model_type m{input{2}, hidden{3}};  // HERE
