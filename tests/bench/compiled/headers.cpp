// The compile cost of including the library.
#include <rondo/rondo.hpp>
