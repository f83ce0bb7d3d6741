// EXPECT: per_sequence<...> takes a vector, a scalar, a matrix of different dimensions or a one_hot symbol
#include <rondo/rondo.hpp>

using namespace rondo;

struct given {
    vec<input> x;
    per_sequence<weight<hidden, input>> W;  // HERE
    RONDO_MEMBERS(x, W);
};
