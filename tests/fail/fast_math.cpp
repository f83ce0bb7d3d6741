// EXPECT: rondo: -ffast-math and -ffinite-math-only assume that no number is NaN or infinite
#define __FAST_MATH__ 1  // as the option does
#include <rondo/rondo.hpp>
