// EXPECT: a and b in a * b have more than three dimensions together
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct heads : dimension {
    using dimension::dimension;
};
struct depth : dimension {
    using dimension::dimension;
};

struct mixing {
    weight<depth, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input>, mat<heads, hidden, input> C) const
    {
        return next{C}.output(C * transpose(W));  // HERE
    }
};

template struct rondo::ir_internal::compiled<mixing>;
