// EXPECT: rondo: -ffast-math assumes that no number is NaN or infinite
#define __FAST_MATH__ 1  // as the option does
#include <rondo/rondo.hpp>
