// EXPECT: a one_hot input looks up a row or column of a weight or a constant
#include <rondo/lang/cell.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct looking_up {
    constexpr auto operator()(one_hot<input> s, mat<hidden, input> C) const { return next{C}.output(C * s); }
};

template struct rondo::ir_internal::compiled<looking_up>;
