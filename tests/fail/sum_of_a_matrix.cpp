// EXPECT: a matrix has several dimensions: name the one to reduce, as sum<columns>(M)
// EXPECT: rondo::shape<rondo::hidden, rondo::input>
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct summing {
    constexpr auto operator()(vec<input> x, mat<hidden, input> C) const
    {
        return next{C + sum(C) * x};  // HERE
    }
};

template struct rondo::ir_internal::compiled<summing>;
