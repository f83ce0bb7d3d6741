// EXPECT: a one_hot input can only be multiplied by a matrix of two dimensions
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct heads : dimension {
    using dimension::dimension;
};

struct looking_up {
    weight<heads, hidden, input> E;
    RONDO_MEMBERS(E);

    constexpr auto operator()(one_hot<input> s, vec<hidden> h) const
    {
        return next{h}.output(E * s);  // HERE
    }
};

template struct rondo::ir_internal::compiled<looking_up>;
