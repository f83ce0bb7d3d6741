// EXPECT: next{...} takes vectors and scalars
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct forgetful {
    constexpr auto operator()(vec<input>, scalar) const
    {
        return next{0.5};  // HERE
    }
};

template struct rondo::ir_internal::compiled<forgetful>;
