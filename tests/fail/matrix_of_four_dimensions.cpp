// EXPECT: a value of a step has at most three dimensions
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct heads : dimension {
    using dimension::dimension;
};
struct depth : dimension {
    using dimension::dimension;
};

struct large {
    constexpr auto operator()(vec<input> x,
                              expression<weight<heads, depth, hidden, input>::shape_type> C) const
    {
        return next{C};
    }
};

template struct rondo::ir_internal::compiled<large>;
