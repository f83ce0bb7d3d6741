// EXPECT: rondo: -ffast-math and -ffinite-math-only assume that no number is NaN or infinite
#undef __FINITE_MATH_ONLY__
#define __FINITE_MATH_ONLY__ 1  // as the option does
#include <rondo/rondo.hpp>
