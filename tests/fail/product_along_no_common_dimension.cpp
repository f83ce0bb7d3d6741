// EXPECT: a * b sums over the dimension that stands last in a, and b is not along it
// EXPECT: rondo::shape<heads, keys>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct heads : dimension {
    using dimension::dimension;
};
struct keys : dimension {
    using dimension::dimension;
};
struct values : dimension {
    using dimension::dimension;
};

struct reading {
    weight<heads, keys> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<values> x, mat<heads, values> M) const
    {
        return next{M * 0.5}.output(W * M + x);  // HERE
    }
};

template struct rondo::ir_internal::compiled<reading>;
