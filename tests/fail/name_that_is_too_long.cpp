// EXPECT: a parameter's dotted name has over 63 characters
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

struct elman {
    weight<hidden, input> the_weights_with_which_the_vector_of_inputs_is_to_be_multiplied_here;
    RONDO_MEMBERS(the_weights_with_which_the_vector_of_inputs_is_to_be_multiplied_here);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{the_weights_with_which_the_vector_of_inputs_is_to_be_multiplied_here * x + h};
    }
};

template struct rondo::ir_internal::compiled<elman>;
