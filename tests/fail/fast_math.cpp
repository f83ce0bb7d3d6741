// EXPECT: rondo: -ffast-math reorders the sums that keep sigmoid and tanh exact
#define __FAST_MATH__ 1  // as the option does
#include <rondo/rondo.hpp>
