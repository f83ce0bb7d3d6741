// What including the library costs.
#include <rondo/rondo.hpp>
