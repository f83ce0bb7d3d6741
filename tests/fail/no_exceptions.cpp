// EXPECT: rondo: -fno-exceptions: the library reports wrong input by exceptions
// FLAGS: -fno-exceptions
#include <rondo/rondo.hpp>
